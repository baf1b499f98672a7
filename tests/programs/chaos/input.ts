/** What sensors read in chaos, and what an independent decoder makes of it. */

const CAPTURES = new URL("../../captures/", import.meta.url);
const NAME = "office";
const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const NANOSECONDS_MAGIC = 0xa1b23c4d;
/** Records of tshark's protocols that chaos counts; behind those in LAST nothing is decoded. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["eth", "Ethernet"],
  ["vlan", "Dot1Q"],
  ["ieee8021ad", "Dot1Q"],
  ["arp", "ARP"],
  ["ip", "IPv4"],
  ["ipv6", "IPv6"],
  ["icmp", "ICMPv4"],
  ["icmpv6", "ICMPv6"],
  ["udp", "UDP"],
  ["tcp", "TCP"],
]);
const LAST = ["arp", "icmp", "icmpv6"];
/** In tshark's `ip.flags`. */
const MORE_FRAGMENTS = 1;

/** The types that are counted. */
export const COUNTED_TYPES: readonly string[] = [...new Set(TYPES.values())];
/** Time of the first packet of all, nanoseconds since 1970. */
export const EPOCH = 1_700_000_000_000_000_000n;
const RUN_NS = 1_000_000_000_000;
const PACKET_NS = 1_000;

/** Packets of a capture of ours over and over, each at a time of its own. */
export class ChaosInput {
  readonly #packets: readonly Uint8Array[];
  /** By packet: how many records of each type tshark sees. */
  readonly #expected: readonly ReadonlyMap<string, number>[];

  /** Reads the capture and tshark's table of it; fragments, into which we do not look, are left out. */
  constructor() {
    const packets = readPackets(Deno.readFileSync(new URL(`${NAME}.pcap`, CAPTURES)));
    const rows = readTable(Deno.readTextFileSync(new URL(`${NAME}.tsv`, CAPTURES)));
    if (packets.length !== rows.length) throw new Error("the table is one of another capture");
    const isWhole = rows.map((row) => !isFragment(row));
    this.#packets = packets.filter((_, n) => isWhole[n]);
    this.#expected = rows.filter((_, n) => isWhole[n]).map(countRecords);
  }

  /** A capture file of `count` packets; no other `run` has the same times. */
  file(run: number, count: number): Uint8Array {
    const packets = Array.from(
      { length: count },
      (_, n) => this.#packets[n % this.#packets.length]!,
    );
    const bytes = packets.reduce((sum, { length }) => sum + PACKET_HEADER_BYTES + length, 0);
    const file = new Uint8Array(FILE_HEADER_BYTES + bytes);
    const view = new DataView(file.buffer);
    view.setUint32(0, NANOSECONDS_MAGIC, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, 262_144, true);
    view.setUint32(20, 1, true);
    let at = FILE_HEADER_BYTES;
    for (const [n, packet] of packets.entries()) {
      const time = EPOCH + BigInt(timeOf(run, n));
      view.setUint32(at, Number(time / 1_000_000_000n), true);
      view.setUint32(at + 4, Number(time % 1_000_000_000n), true);
      view.setUint32(at + 8, packet.length, true);
      view.setUint32(at + 12, packet.length, true);
      file.set(packet, at + PACKET_HEADER_BYTES);
      at += PACKET_HEADER_BYTES + packet.length;
    }
    return file;
  }

  /** How many records of a type there are for the first `count` packets of a run, by their times. */
  expected(run: number, count: number, type: string): Map<number, number> {
    const expected = new Map<number, number>();
    for (let n = 0; n < count; n++) {
      const records = this.#expected[n % this.#expected.length]!.get(type);
      if (records) expected.set(timeOf(run, n), records);
    }
    return expected;
  }
}

/** From {@linkcode EPOCH}. */
function timeOf(run: number, packet: number): number {
  return run * RUN_NS + packet * PACKET_NS;
}

/** Which run a time is of. */
export function runOf(time: number): number {
  return Math.floor(time / RUN_NS);
}

function readPackets(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer);
  const packets: Uint8Array[] = [];
  for (let at = FILE_HEADER_BYTES; at < file.length;) {
    const length = view.getUint32(at + 8, true);
    at += PACKET_HEADER_BYTES;
    packets.push(file.subarray(at, at += length));
  }
  return packets;
}

/** Of each packet the cells, by column. */
function readTable(table: string): ReadonlyMap<string, string>[] {
  const [header, ...rows] = table.trimEnd().split("\n").map((line) => line.split("\t"));
  return rows.map((cells) => new Map(header!.map((column, at) => [column, cells[at]!])));
}

function isFragment(row: ReadonlyMap<string, string>): boolean {
  const ofIpv4 = row.get("ip.flags")!.split(",").some((flags) =>
    (Number(flags) & MORE_FRAGMENTS) > 0
  );
  return ofIpv4 || Number(row.get("ip.frag_offset")!.split(",")[0]) > 0 ||
    row.get("ipv6.fraghdr.nxt") !== "";
}

function countRecords(row: ReadonlyMap<string, string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const protocol of row.get("frame.protocols")!.split(":")) {
    const type = TYPES.get(protocol);
    if (type) counts.set(type, (counts.get(type) ?? 0) + 1);
    if (LAST.includes(protocol)) break;
  }
  return counts;
}
