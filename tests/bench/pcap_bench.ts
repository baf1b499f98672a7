/** How fast capture files are parsed: 100,000 packets in memory, pushed in chunks of 256 KiB. */
import { CaptureParser } from "../../lib/capture/capture_parser.ts";

const PACKETS = 100_000;
const CHUNK_BYTES = 262_144;

const pcap = chunksOf(writePcap());
const pcapng = chunksOf(writePcapng());

Deno.bench({
  name: `parse ${PACKETS} packets of a pcap file`,
  group: "capture",
  baseline: true,
  fn: () => parse(pcap),
});
Deno.bench({
  name: `parse ${PACKETS} packets of a pcapng file`,
  group: "capture",
  fn: () => parse(pcapng),
});

function parse(chunks: Uint8Array[]): void {
  let packets = 0;
  const parser = new CaptureParser({ packet: () => packets++ });
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  if (packets !== PACKETS || parser.problem !== undefined) throw new Error("not all were parsed");
}

/** Short ones, since the time to parse a packet does not depend on its length. */
function lengthOf(packet: number): number {
  return 60 + packet % 5 * 4;
}

function writePcap(): number[][] {
  const records = [[0xa1b2c3d4, 0x0004_0002, 0, 0, 262_144, 1]];
  for (let packet = 0; packet < PACKETS; packet++) {
    const length = lengthOf(packet);
    const header = [1_700_000_000 + packet, packet, length, length];
    records.push([...header, ...new Array(length / 4).fill(packet)]);
  }
  return records;
}

function writePcapng(): number[][] {
  const section = [0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffff_ffff, 0xffff_ffff, 28];
  const records = [section, [1, 20, 1, 0, 20]];
  for (let packet = 0; packet < PACKETS; packet++) {
    const length = lengthOf(packet);
    const total = 32 + length;
    const header = [6, total, 0, 394_000 + (packet >> 16), packet << 16, length, length];
    records.push([...header, ...new Array(length / 4).fill(packet), total]);
  }
  return records;
}

/** The words, little-endian, cut into chunks. */
function chunksOf(records: number[][]): Uint8Array[] {
  const file = new Uint8Array(Uint32Array.from(records.flat()).buffer);
  const chunks = [];
  for (let at = 0; at < file.length; at += CHUNK_BYTES) {
    chunks.push(file.subarray(at, at + CHUNK_BYTES));
  }
  return chunks;
}
