/** A sensor whose minutes are short: `ledger_sensor.ts PORT MINUTE_MS`, packets on standard input. */
import { runSensor } from "../../lib/run_sensor_io.ts";
import { PUBLIC_KEY } from "./program.ts";

const [port, minuteMs] = Deno.args.map(Number);
await runSensor({
  collector: { hostname: "127.0.0.1", port: port! },
  collectorKey: Uint8Array.fromHex(PUBLIC_KEY),
  clientId: "plant",
  sources: ["-"],
  rowMs: minuteMs!,
  flushIntervalMs: 20,
});
