/** What tells conversations apart in formats of others. */
import { parseIp } from "../../base/text/parse_ip.ts";
import { dhcpv4 } from "../../decode/application/dhcpv4.ts";
import { dns } from "../../decode/application/dns.ts";
import { applicationName } from "../../follow/application_name.ts";
import { communityId } from "../../follow/community_id.ts";
import { md5Hex } from "../../follow/md5.ts";

/** Both ends of a conversation; either may be the client. */
export interface FlowEnds {
  readonly sensor: string;
  /** As in a record of a connection; 0 or undefined where a record does not know it. */
  readonly id?: bigint | undefined;
  /** What was seen in it, as in a record of a connection. */
  readonly application?: string | undefined;
  readonly srcIp: string;
  readonly srcPort: number | undefined;
  readonly dstIp: string;
  readonly dstPort: number | undefined;
}

/** Records of what is here are of single packets, which know no connection. */
const OF_PACKETS = [dns, dhcpv4];
const APPLICATIONS: ReadonlySet<string> = new Set(OF_PACKETS.map(applicationName));
const PORTS: ReadonlySet<number> = new Set(OF_PACKETS.flatMap(({ from }) => from.udpPort ?? []));

const IPV6_BYTES = 16;
const UID_DIGITS = 24;
const UID_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** As many as Suricata has: so few that programs without integers of 64 bits have them exactly. */
const FLOW_ID_BITS = 51;

/**
 * Zeek's kind of identifier: the same in all logs. It is made of the sensor's name and the connection's
 * number; of DNS and DHCP, and on their ports, of addresses and ports, whoever asked whom.
 */
export function uidOf(ends: FlowEnds): string {
  let rest = BigInt(`0x${digestOf(ends).slice(0, UID_DIGITS)}`);
  let text = "";
  for (; rest > 0n; rest /= 62n) text = UID_CHARACTERS[Number(rest % 62n)] + text;
  return `C${text}`;
}

/** The same of a record of a connection, of fields of it. */
export function uidOfConnection(...fields: ConnectionFields): string {
  return uidOf(endsOfConnection(...fields));
}

/** Suricata's kind of identifier of a record of a connection. */
export function flowIdOfConnection(...fields: ConnectionFields): number {
  return flowIdOf(endsOfConnection(...fields));
}

type ConnectionFields = [
  sensor: string | undefined,
  id: bigint | undefined,
  application: string | undefined,
  srcIp: string | undefined,
  srcPort: string | undefined,
  dstIp: string | undefined,
  dstPort: string | undefined,
];

function endsOfConnection(
  ...[sensor = "", id, application, srcIp = "", srcPort, dstIp = "", dstPort]: ConnectionFields
): FlowEnds {
  const [from, to] = [Number(srcPort), Number(dstPort)];
  return { sensor, id, application, srcIp, srcPort: from, dstIp, dstPort: to };
}

/** Suricata's kind of identifier: the same in all events. */
export function flowIdOf(ends: FlowEnds): number {
  return Number(BigInt.asUintN(FLOW_ID_BITS, BigInt(`0x${digestOf(ends)}`)));
}

const BYTES = new Uint8Array(2 * IPV6_BYTES);

/** Community ID, version 1 with seed 0, of addresses that are text; undefined when they are none. */
export function communityIdOf(
  { srcIp, srcPort, dstIp, dstPort }: Omit<FlowEnds, "sensor">,
  protocol: number,
): string | undefined {
  const bytes = parsedIp(srcIp, BYTES);
  const other = parsedIp(dstIp, BYTES.subarray(IPV6_BYTES));
  if (bytes === 0 || bytes !== other || srcPort === undefined || dstPort === undefined) {
    return undefined;
  }
  return communityId(BYTES, 0, IPV6_BYTES, bytes, protocol, [srcPort, dstPort]);
}

function parsedIp(text: string, out: Uint8Array): number {
  const bytes = new TextEncoder().encode(text);
  return parseIp(bytes, 0, bytes.length, out);
}

function isOfPacketPort(port: number | undefined): boolean {
  return port !== undefined && PORTS.has(port);
}

function digestOf(
  { sensor, id, application = "", srcIp, srcPort, dstIp, dstPort }: FlowEnds,
): string {
  const isOfPackets = isOfPacketPort(srcPort) || isOfPacketPort(dstPort) ||
    APPLICATIONS.has(application);
  const what = id && !isOfPackets
    ? String(id)
    : [`${srcIp} ${srcPort}`, `${dstIp} ${dstPort}`].sort().join(" ");
  return md5Hex(`${sensor}\n${what}`);
}
