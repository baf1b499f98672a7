/**
 * What users say about numbers: `udp.port==8472,vxlan`, as Wireshark's `-d` has it (tshark(1)): the name
 * of a field, a number of it or several, and the decoder that they lead to.
 *
 *     udp.port==8472,vxlan   udp.port==5000-5010,sip   tcp.port==8888:3,dns   ethertype==0x9200,vlan
 */
import { nearestName } from "../base/text/nearest_name.ts";
import type { Decoder } from "./decoder.ts";

/** The tables of {@linkcode Routes} whose numbers users can name. */
type Field = "udpPort" | "tcpPort" | "etherType" | "ipProtocol" | "ppp" | "sap";

/** Numbers that lead to another decoder than they would. */
export interface DecodeAs {
  readonly table: Field;
  readonly numbers: readonly number[];
  readonly decoder: Decoder;
}

/** That, or why it is none: one line. */
export type ParsedDecodeAs =
  | { readonly ok: true; readonly value: DecodeAs }
  | { readonly ok: false; readonly message: string };

/** By Wireshark's name of the field, the table of its numbers and the highest. */
const FIELDS: Readonly<Record<string, readonly [Field, number]>> = {
  "udp.port": ["udpPort", 0xffff],
  "tcp.port": ["tcpPort", 0xffff],
  "ethertype": ["etherType", 0xffff],
  "ip.proto": ["ipProtocol", 0xff],
  "ppp.protocol": ["ppp", 0xffff],
  "llc.dsap": ["sap", 0xff],
};

/** Wireshark's names of protocols whose decoders have others here. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  ah: ["IpsecAh"],
  bootp: ["Dhcpv4"],
  dhcp: ["Dhcpv4"],
  dns: ["Dns", "DnsOverTcp"],
  esp: ["IpsecEsp"],
  fou: ["Gue"],
  gtp: ["GtpU"],
  icmp: ["Icmpv4"],
  ieee8021ad: ["Dot1Q"],
  ip: ["IPv4"],
  lldp: ["LinkLayerDiscovery"],
  mbtcp: ["Modbus"],
  nsh: ["ServiceHeader"],
  pppoes: ["Pppoe"],
  udpencap: ["UdpEncapsulatedEsp"],
  vlan: ["Dot1Q"],
};

/**
 * Reads one.
 *
 * @param decoders Those that there are. Only one that a number of the kind already leads to can be
 *   named: others do not expect what stands in front of them then.
 */
export function parseDecodeAs(text: string, decoders: readonly Decoder[]): ParsedDecodeAs {
  const refuse = (why: string) => {
    return { ok: false, message: `Wrong value "${text}" of -decode-as: ${why}` } as const;
  };
  const [, field, selector, name] = /^\s*([^=\s]+)\s*==\s*([^,\s]+)\s*,\s*(\S+)\s*$/.exec(text) ??
    [];
  if (field === undefined) {
    return refuse("wanted a field, a number and a decoder, as in udp.port==8472,vxlan");
  }
  const known = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (!known) return refuse(`it has no field "${field}"${orNearest(field, Object.keys(FIELDS))}`);
  const [table, highest] = known;
  const numbers = numbersOf(selector!, highest);
  if (!numbers) {
    return refuse(
      `"${selector}" is no number of ${field}; wanted 0 to ${highest}, also as 0x…, A-B for those ` +
        "between or A:N for N from A on",
    );
  }
  const possible = decoders.filter((decoder) => decoder.from[table] !== undefined);
  const decoder = decoderOf(name!, possible);
  if (!decoder) {
    const names = possible.map(({ name }) => name.toLowerCase()).toSorted();
    return refuse(`no decoder "${name}" stands behind ${field}${orNearest(name!, names)}`);
  }
  return { ok: true, value: { table, numbers, decoder } };
}

function orNearest(typed: string, names: readonly string[]): string {
  const nearest = nearestName(typed, names);
  return nearest === undefined
    ? `; wanted one of ${names.join(", ")}`
    : `: did you mean ${nearest}?`;
}

function numbersOf(selector: string, highest: number): number[] | undefined {
  const [, from, separator, to] = /^(\w+)(?:([-:])(\w+))?$/.exec(selector) ?? [];
  const first = numberOf(from);
  const other = to === undefined ? first : numberOf(to);
  if (first === undefined || other === undefined) return undefined;
  const last = separator === ":" ? first + other - 1 : other;
  if (last < first || last > highest) return undefined;
  return Array.from({ length: last - first + 1 }, (_, nth) => first + nth);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^(\d{1,5}|0x[\da-f]{1,4})$/i.test(text) ? Number(text) : undefined;
}

function decoderOf(name: string, possible: readonly Decoder[]): Decoder | undefined {
  const wanted = name.toLowerCase();
  const aliases = Object.hasOwn(NAMES, wanted) ? NAMES[wanted]! : [];
  return possible.find((decoder) =>
    decoder.name.toLowerCase() === wanted || decoder.schema?.name.toLowerCase() === wanted ||
    aliases.includes(decoder.name)
  );
}
