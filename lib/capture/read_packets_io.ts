import { CaptureError } from "../base/errors.ts";
import { type CaptureCounts, createCaptureCounts } from "./capture_counts.ts";
import { captureChunks, captureName } from "./capture_file_io.ts";
import { CaptureParser } from "./capture_parser.ts";
import { type CapturedPacket, CopiedPackets } from "./captured_packet.ts";

/**
 * The packets of a capture, pcap or pcapng, plain or gzip, one after another. Whoever leaves the loop
 * ends the reading.
 *
 * ```ts
 * import { readPackets } from "@farcap/farcap/capture";
 *
 * let bytes = 0;
 * for await (const { originalLength } of readPackets("tests/captures/dns.pcap")) {
 *   bytes += originalLength;
 * }
 * console.log(`${bytes} bytes were on the wire`);
 * ```
 *
 * @param source A path, or `-` for standard input.
 * @param counts Where to count what was found.
 * @throws {CaptureError} After every packet before the problem.
 */
export async function* readPackets(
  source: string,
  counts: CaptureCounts = createCaptureCounts(),
): AsyncGenerator<CapturedPacket, void> {
  const packets = new CopiedPackets();
  const parser = new CaptureParser(packets, counts);
  for await (const chunk of captureChunks(source)) {
    parser.push(chunk);
    yield* packets.take();
    if (parser.problem !== undefined) break;
  }
  parser.end();
  yield* packets.take();
  if (parser.problem === undefined) return;
  const { code, message } = parser.problem;
  throw new CaptureError(code, `Cannot read ${captureName(source)}: ${message}`);
}
