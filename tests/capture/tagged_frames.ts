/** Frames with headers in front of IP, made by hand: what filters with `vlan` and its like ask for. */

/** A frame and what it is, as in `8100 20, 8847, ip udp 53`. */
export interface TaggedFrame {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const MACS = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
/** EtherTypes of tags: IEEE 802.1Q's two, and one that was used for the outer one before. */
const CUSTOMER = 0x8100;
const SERVICE = 0x88a8;
const OLD_SERVICE = 0x9100;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const MPLS = 0x8847;
const PPPOE_SESSION = 0x8864;
const GENEVE_PORT = 6081;

/**
 * One frame of each kind and each datagram that may be behind; all of these are between the same hosts.
 *
 * @param port The destination's of the first datagram.
 */
export function taggedFrames(port = 53): TaggedFrame[] {
  const datagrams = [
    { name: `ip udp ${port}`, type: IPV4, bytes: ipv4(17, port) },
    { name: "ip udp 5353", type: IPV4, bytes: ipv4(17, 5353) },
    { name: "ip tcp 80", type: IPV4, bytes: ipv4(6, 80) },
    { name: "ip6 udp 53", type: IPV6, bytes: ipv6(17, 53) },
  ];
  return datagrams.flatMap(({ name, type, bytes }) => {
    const plain = [...u16(type), ...bytes];
    const ppp = type === IPV4 ? 0x0021 : 0x0057;
    const frames: [string, readonly number[]][] = [
      ["", plain],
      ["8100 20", tagged([CUSTOMER, 20], plain)],
      ["8100 30", tagged([CUSTOMER, 30], plain)],
      ["88a8 20", tagged([SERVICE, 20], plain)],
      ["88a8 30, 8100 20", tagged([SERVICE, 30], tagged([CUSTOMER, 20], plain))],
      ["8100 20, 8100 30", tagged([CUSTOMER, 20], tagged([CUSTOMER, 30], plain))],
      ["9100 30, 8100 20", tagged([OLD_SERVICE, 30], tagged([CUSTOMER, 20], plain))],
      ["mpls 100", labelled([100], bytes)],
      ["mpls 100 200", labelled([100, 200], bytes)],
      ["8100 20, mpls 100", tagged([CUSTOMER, 20], labelled([100], bytes))],
      ["pppoes 7", session(7, ppp, bytes)],
      ["8100 20, pppoes 7", tagged([CUSTOMER, 20], session(7, ppp, bytes))],
      ["geneve 5", geneve(5, plain)],
      ["8100 20, geneve 5", tagged([CUSTOMER, 20], geneve(5, plain))],
      ["geneve 5, 8100 20", geneve(5, tagged([CUSTOMER, 20], plain))],
    ];
    return frames.map(([before, behind]) => {
      return { name: `${before} ${name}`.trim(), bytes: Uint8Array.from([...MACS, ...behind]) };
    });
  });
}

/** IEEE 802.1Q, 9.3: the type, then priority and the number of the VLAN. */
function tagged([type, vlan]: readonly [number, number], behind: readonly number[]): number[] {
  return [...u16(type), ...u16(vlan), ...behind];
}

/** RFC 3032, 2.1: label 20 bits, class 3, bottom of the stack 1, time to live 8. */
function labelled(labels: readonly number[], behind: readonly number[]): number[] {
  const entries = labels.flatMap((label, nth) => {
    const bottom = Number(nth === labels.length - 1);
    return [label >> 12, label >> 4 & 0xff, (label & 0xf) << 4 | bottom, 64];
  });
  return [...u16(MPLS), ...entries, ...behind];
}

/** RFC 2516, 4: version and type, code 0, session, length; then a protocol of PPP. */
function session(id: number, protocol: number, behind: readonly number[]): number[] {
  return [
    ...u16(PPPOE_SESSION),
    ...[0x11, 0],
    ...u16(id),
    ...u16(behind.length + 2),
    ...u16(protocol),
    ...behind,
  ];
}

/** RFC 8926, 3.4: no options, Ethernet within; the network identifier has 24 bits. */
function geneve(network: number, frame: readonly number[]): number[] {
  const header = [0, 0, 0x65, 0x58, 0, network >> 8, network & 0xff, 0];
  return [...u16(IPV4), ...ipv4(17, GENEVE_PORT, [...header, ...MACS, ...frame])];
}

/** RFC 791, 3.1. */
function ipv4(protocol: number, port: number, payload = [1, 2, 3, 4]): number[] {
  const segment = segmentTo(protocol, port, payload);
  return [
    ...[0x45, 0, ...u16(20 + segment.length), 0, 1, 0, 0, 64, protocol, 0, 0],
    ...[203, 0, 113, 5, 198, 51, 100, 7],
    ...segment,
  ];
}

/** RFC 8200, 3. */
function ipv6(protocol: number, port: number): number[] {
  const segment = segmentTo(protocol, port, [1, 2, 3, 4]);
  const address = (last: number) => [0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), last];
  return [
    0x60,
    0,
    0,
    0,
    ...u16(segment.length),
    protocol,
    64,
    ...address(5),
    ...address(7),
    ...segment,
  ];
}

/** RFC 768 and RFC 9293, 3.1; checksums are 0. */
function segmentTo(protocol: number, port: number, payload: readonly number[]): number[] {
  const ports = [...u16(40_000), ...u16(port)];
  return protocol === 17
    ? [...ports, ...u16(8 + payload.length), 0, 0, ...payload]
    : [...ports, ...Array(8).fill(0), 0x50, 2, 0xff, 0xff, 0, 0, 0, 0, ...payload];
}

function u16(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
