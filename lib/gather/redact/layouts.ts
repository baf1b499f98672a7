/**
 * What is known of bytes that records have as found on the wire, by message, and by the number in it that
 * says what they are. All others are left out, since anything may be in them.
 */
import { DHCPV6_OPTIONS } from "./dhcpv6_options.ts";
import { ipv4s, ipv6s, keep, type Layout, mac, prefix } from "./layout.ts";

/** The bytes of one message by their number, its field 1; a single layout where there is no such number. */
export type Layouts = Layout | Readonly<Record<number, Layout>>;

/** A family of addresses, then one: IEEE 802.1AB-2016, 8.5.2.2.4. */
const NETWORK_ADDRESS: Layout = (bytes, pseudonyms) =>
  bytes[0] === 1 && bytes.length === 5
    ? ipv4s(1)(bytes, pseudonyms)
    : bytes[0] === 2 && bytes.length === 17 && ipv6s(1)(bytes, pseudonyms);

/** A type of hardware, then its address. RFC 2132, section 9.14. */
const CLIENT_IDENTIFIER: Layout = (bytes, pseudonyms) =>
  bytes[0] === 1 && mac(1)(bytes, pseudonyms);

const DHCPV4_OPTIONS: Readonly<Record<number, Layout>> = {
  ...each([1, 2, 13, 19, 20, 22, 23, 24, 25, 26, 27, 29, 30, 31, 34, 35, 36, 37, 38, 39, 46], keep),
  ...each([51, 52, 53, 55, 57, 58, 59, 80, 93, 94, 116], keep),
  ...each([3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 21, 28, 32, 33, 41, 42, 44, 45, 48, 49, 50], ipv4s()),
  ...each([54, 65, 68, 69, 70, 71, 72, 73, 74, 75, 76, 85, 112, 118, 150], ipv4s()),
  ...each([12, 14, 15, 17, 18, 40, 62, 64, 66, 67, 86, 87, 98], "name"),
  ...each([56, 60, 100, 101], "text"),
  61: CLIENT_IDENTIFIER,
};

/** By message. */
export const LAYOUTS: Readonly<Record<string, Layouts>> = {
  CDPHello: keep,
  CiscoDiscoveryValue: { 1: "name", 3: "text", 4: keep, 5: "text", 6: "text", 10: keep, 11: keep },
  DHCPOption: DHCPV4_OPTIONS,
  DHCPv6: keep, // a transaction's number
  DHCPv6Option: DHCPV6_OPTIONS,
  ICMPv6Option: {
    ...each([1, 2], mac()),
    3: prefix(0, 14),
    5: keep,
    24: prefix(0, 6),
    25: ipv6s(6),
  },
  IPv4Option: { ...each([7, 131, 137], ipv4s(1)), 148: keep },
  IPv6HopByHopOption: { 5: keep, 194: keep },
  LinkLayerDiscoveryValue: { 4: "text", 5: "name", 6: "text", 7: keep },
  LLDPChassisID: { ...each([1, 2, 3, 6, 7], "name"), 4: mac(), 5: NETWORK_ADDRESS },
  LLDPMgmtAddress: { 1: ipv4s(), 2: ipv6s(), 6: mac() },
  LLDPPortID: { ...each([1, 2, 5, 7], "text"), 3: mac(), 4: NETWORK_ADDRESS },
  SNAP: keep,
  TCPOption: each([2, 3, 5, 8, 28], keep), // lengths, scales, times; what was received
};

function each(numbers: readonly number[], layout: Layout): Record<number, Layout> {
  return Object.fromEntries(numbers.map((number) => [number, layout]));
}
