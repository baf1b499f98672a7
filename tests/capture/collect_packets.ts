import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { type CaptureCounts, createCaptureCounts } from "../../lib/capture/capture_counts.ts";
import { CaptureParser } from "../../lib/capture/capture_parser.ts";
import type { CaptureProblem } from "../../lib/capture/capture_problem.ts";
import type { PacketHandler } from "../../lib/capture/packet_handler.ts";

/** A packet as a handler saw it. */
export interface CollectedPacket {
  /** Captured bytes in hex. */
  data: string;
  originalLength: number;
  /** Capture time as tshark prints frame.time_epoch: seconds, a point, nine digits. */
  time: string;
  linkType: number;
}

/** What a parser made of a capture. */
export interface Collected {
  packets: CollectedPacket[];
  problem: CaptureProblem | undefined;
  counts: CaptureCounts;
}

/** Parses a whole capture pushed in chunks of `chunkBytes`, each in the same reused buffer. */
export function collectPackets(capture: Uint8Array, chunkBytes = 1 << 20): Collected {
  const counts = createCaptureCounts();
  const collector = new PacketCollector();
  const parser = new CaptureParser(collector, counts);
  const buffer = new Uint8Array(Math.min(chunkBytes, capture.length));
  for (let at = 0; at < capture.length; at += chunkBytes) {
    const chunk = capture.subarray(at, at + chunkBytes);
    buffer.set(chunk);
    parser.push(buffer.subarray(0, chunk.length));
    buffer.fill(0xee);
  }
  parser.end();
  return { packets: collector.packets, problem: parser.problem, counts };
}

/** Keeps what it is given. */
export class PacketCollector implements PacketHandler {
  readonly packets: CollectedPacket[] = [];

  packet(
    bytes: Uint8Array,
    at: number,
    end: number,
    originalLength: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): void {
    const data = encodeHex(bytes.subarray(at, end));
    const time = `${sec}.${nsec.toString().padStart(9, "0")}`;
    this.packets.push({ data, originalLength, time, linkType });
  }
}

/** The bytes of hex digits; white space is ignored. */
export function hex(...texts: string[]): Uint8Array<ArrayBuffer> {
  const bytes = parseHex(texts.join("").replace(/\s/g, ""));
  if (bytes === undefined) throw new TypeError(`not hex digits: ${texts}`);
  return bytes;
}
