/** Asks tshark which TCP and UDP conversations a capture has; it numbers them as `-z conv,tcp` lists them. */
import { askTshark } from "../decode/tshark/ask_tshark.ts";

/** One conversation: side 0 is the one whose address and port sort first. */
export interface Conversation {
  /** `tcp 10.0.0.1:80 10.0.0.2:1234`. */
  readonly name: string;
  readonly packets: [number, number];
  readonly bytes: [number, number];
  /** Of the first and the last packet, in nanoseconds since 1970. */
  first: bigint;
  last: bigint;
}

const FIELDS = [
  "frame.protocols",
  "frame.len",
  "frame.time_epoch",
  "ip.src",
  "ip.dst",
  "ip.cur_rt", // the header's destination, where `ip.dst` is the end of a source route
  "ipv6.src",
  "ipv6.dst",
  "tcp.srcport",
  "tcp.dstport",
  "tcp.stream",
  "udp.srcport",
  "udp.dstport",
  "udp.stream",
  "ip.frag_offset",
  "ipv6.fraghdr.offset",
];

/** What tshark says of a capture. */
export interface Conversations {
  /** Those of the innermost headers, in the order in which they began. */
  readonly conversations: Conversation[];
  /** Numbers of the frames that hold a later fragment: they are in no conversation of tshark's. */
  readonly laterFragments: ReadonlySet<number>;
}

/** Asks for the conversations of a capture. */
export async function askConversations(capture: URL): Promise<Conversations> {
  const found = new Map<string, Conversation>();
  const laterFragments = new Set<number>();
  for (const [index, answer] of (await askTshark(capture, FIELDS)).entries()) {
    const last = (field: string) => answer.get(field)?.at(-1);
    if (["ip.frag_offset", "ipv6.fraghdr.offset"].some((field) => Number(last(field) ?? 0) > 0)) {
      laterFragments.add(index + 1);
    }
    const protocols = last("frame.protocols")?.split(":") ?? [];
    const layer = innermost(protocols);
    if (layer === undefined) continue;
    const { network, transport } = layer;
    const src = last(`${network}.src`);
    const dst = last(`${network}.cur_rt`) ?? last(`${network}.dst`);
    const [from, to] = [last(`${transport}.srcport`), last(`${transport}.dstport`)];
    const stream = last(`${transport}.stream`);
    if (src === undefined || dst === undefined || stream === undefined) continue;
    const time = nanosOf(last("frame.time_epoch")!);
    const { name, side } = nameOf(transport, [src, Number(from)], [dst, Number(to)]);
    const key = `${transport} ${stream}`;
    let conversation = found.get(key);
    if (conversation === undefined) {
      conversation = { name, packets: [0, 0], bytes: [0, 0], first: time, last: time };
      found.set(key, conversation);
    }
    conversation.packets[side]++;
    conversation.bytes[side] += Number(last("frame.len"));
    if (time < conversation.first) conversation.first = time;
    if (time > conversation.last) conversation.last = time;
  }
  return { conversations: [...found.values()], laterFragments };
}

/** The name of a conversation, and which of its sides has sent. */
export function nameOf(
  transport: string,
  src: readonly [string, number],
  dst: readonly [string, number],
): { name: string; side: 0 | 1 } {
  const [a, b] = [src, dst].map(([address, port]) => `${address}:${port}`) as [string, string];
  return a <= b
    ? { name: `${transport} ${a} ${b}`, side: 0 }
    : { name: `${transport} ${b} ${a}`, side: 1 };
}

/** Which headers the packet ends with; what an error of ICMP quotes is none of them. */
function innermost(protocols: readonly string[]) {
  const isIcmp = (name: string) => name === "icmp" || name === "icmpv6";
  const end = protocols.findIndex(isIcmp);
  const own = end < 0 ? protocols : protocols.slice(0, end);
  const transportAt = own.findLastIndex((name) => name === "tcp" || name === "udp");
  const networkAt = own.findLastIndex((name) => name === "ip" || name === "ipv6");
  if (networkAt < 0 || transportAt < networkAt || end >= 0) return undefined;
  return { network: own[networkAt]!, transport: own[transportAt]! };
}

/** `1700000000.123456789` as nanoseconds. */
function nanosOf(text: string): bigint {
  const [seconds, fraction = ""] = text.split(".");
  const sign = seconds!.startsWith("-") ? -1n : 1n;
  return BigInt(seconds!) * 1_000_000_000n + sign * BigInt(fraction.padEnd(9, "0").slice(0, 9));
}
