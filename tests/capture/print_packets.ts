/**
 * `print_packets.ts SOURCE [abort]`, for capture_file_io_test.ts, which runs it with no permission
 * but the network: prints a line for each packet and one for how the reading ended. With `abort` it
 * is aborted while it waits for more than it got.
 */
import { CaptureError } from "../../lib/base/errors.ts";
import { readCapture } from "../../lib/capture/capture_file_io.ts";
import { PacketCollector } from "./collect_packets.ts";

const [source = "-", abort] = Deno.args;
const collector = new PacketCollector();
const controller = new AbortController();
try {
  await readCapture(source, collector, {
    signal: controller.signal,
    afterChunk() {
      for (const { time, data } of collector.packets.splice(0)) console.log(time, data);
      if (abort !== undefined) setTimeout(() => controller.abort(), 0);
    },
  });
  console.log(controller.signal.aborted ? "aborted" : "ended");
} catch (error) {
  if (!(error instanceof CaptureError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}
