/**
 * A collector as part of another program, with new keys. It collects until Ctrl-C, then says what
 * it has stored of each type.
 *
 *     deno run --allow-net --allow-read --allow-write examples/embed_collector.ts FOLDER
 */
import { formatAddress, runCollector, typeName, writeKeyPair } from "@farcap/farcap";

const [folder = "."] = Deno.args;
const { privateKey } = await writeKeyPair(folder, false);
const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());
const { stored } = await runCollector({
  address: { hostname: "127.0.0.1", port: 0 },
  privateKey,
  out: `${folder}/records`,
  onListening: (address) => console.log(formatAddress(address)),
}, stop.signal);
for (const [type, { records }] of stored) console.log(`${typeName(type)}: ${records}`);
