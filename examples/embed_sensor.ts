/**
 * A sensor as part of another program: reads a capture, sends its records, and says what became of
 * each type.
 *
 *     deno run --allow-net --allow-read examples/embed_sensor.ts HOST:PORT PUBKEY CAPTURE
 */
import { parseAddress, readKey, runSensor, terminalLog, typeName } from "@farcap/farcap";

const [address = "", key = "", capture = ""] = Deno.args;
const collector = parseAddress(address, "127.0.0.1");
if (!collector) throw new Error("wanted: HOST:PORT PUBKEY CAPTURE");
const { error, types } = await runSensor({
  collector,
  collectorKey: await readKey(key, "public key of the collector"),
  clientId: "example",
  sources: [capture],
  log: terminalLog(false),
});
for (const [type, { made, sent }] of types) {
  console.log(`${typeName(type)}: ${sent} of ${made} are on the collector's disk`);
}
if (error) throw error;
