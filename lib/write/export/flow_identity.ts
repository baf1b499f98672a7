/** What tells conversations apart in formats of others. */
import { dhcpv4 } from "../../decode/application/dhcpv4.ts";
import { dns } from "../../decode/application/dns.ts";
import { applicationName } from "../../follow/application_name.ts";
import { md5Hex } from "../../follow/md5.ts";

/** Both ends of a conversation; either may be the client. */
export interface FlowEnds {
  readonly sensor: string;
  /** As in a record of a connection; 0 or undefined where a record does not know it. */
  readonly id?: bigint;
  /** What was seen in it, as in a record of a connection. */
  readonly application?: string;
  readonly srcIp: string;
  readonly srcPort: number;
  readonly dstIp: string;
  readonly dstPort: number;
}

/** Records of what is here are of single packets, which know no connection. */
const OF_PACKETS = [dns, dhcpv4];
const APPLICATIONS: ReadonlySet<string> = new Set(OF_PACKETS.map(applicationName));
const PORTS: ReadonlySet<number> = new Set(OF_PACKETS.flatMap(({ from }) => from.udpPort ?? []));

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

/** Suricata's kind of identifier: the same in all events. */
export function flowIdOf(ends: FlowEnds): number {
  return Number(BigInt.asUintN(FLOW_ID_BITS, BigInt(`0x${digestOf(ends)}`)));
}

function digestOf(
  { sensor, id, application = "", srcIp, srcPort, dstIp, dstPort }: FlowEnds,
): string {
  const isOfPackets = PORTS.has(srcPort) || PORTS.has(dstPort) || APPLICATIONS.has(application);
  const what = id && !isOfPackets
    ? String(id)
    : [`${srcIp} ${srcPort}`, `${dstIp} ${dstPort}`].sort().join(" ");
  return md5Hex(`${sensor}\n${what}`);
}
