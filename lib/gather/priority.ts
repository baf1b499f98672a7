import { typeNumber } from "../base/record/record_types.ts";

/**
 * What is dropped first when a queue is full: records that every packet makes, of which many say the
 * same. What is not listed is rarer, and what tells who does what on a network goes last.
 */
const FIRST = ["Ethernet", "IPv4", "IPv6", "Dot1Q", "TCP", "UDP"];
const LAST = [
  "ARP",
  "Alert",
  "Credentials",
  "DHCPv4",
  "DHCPv6",
  "DNS",
  "EAP",
  "Exploit",
  "HTTP",
  "Modbus",
  "SensorMinute",
  "Service",
  "Software",
  "TLSClientHello",
  "TLSServerHello",
  "Vulnerability",
];

const PRIORITIES: ReadonlyMap<number, number> = new Map([
  ...FIRST.map((name) => [typeNumber(name), 0] as const),
  ...LAST.map((name) => [typeNumber(name), 2] as const),
]);

/** Of a record type: 0 is dropped first, 2 last. */
export function priorityOf(type: number): number {
  return PRIORITIES.get(type) ?? 1;
}
