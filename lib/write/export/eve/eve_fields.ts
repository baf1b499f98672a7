/** Fields that all events of Suricata's have. */
import { timeFormat } from "../../read/time_text.ts";
import { communityIdOf, flowIdOf } from "../flow_identity.ts";
import { addressSources, allSources, type Ends, type EndsOfLine } from "../mapped/line_ends.ts";
import type { Conversion, LineRecords, MappedField } from "../mapped/mapped_field.ts";

const TIME = timeFormat();
/** Digits of a second that Suricata has less. */
const NANO_DIGITS = 3;

/** A time of nanoseconds as Suricata writes it: `2020-09-13T12:26:40.123456+0000`. */
export const eveTime: Conversion<bigint> = Object.assign(
  (nanos: bigint) => `${TIME(nanos).slice(0, -1 - NANO_DIGITS)}+0000`,
  { how: "UTC, to the microsecond" },
);

/** The file of all events. */
export const EVE_FILE = "eve.json";

/** Protocols of IP as Suricata calls them. */
export const EVE_PROTOCOLS: Readonly<Record<number, string>> = {
  ...{ 1: "ICMP", 2: "IGMP", 6: "TCP", 17: "UDP", 41: "IPv6", 47: "GRE", 50: "ESP", 51: "AH" },
  ...{ 58: "IPv6-ICMP", 89: "OSPFIGP", 103: "PIM", 112: "VRRP", 132: "SCTP", 136: "UDPLite" },
};

/** What an event begins with. */
export interface EventHead {
  readonly type: string | ((line: LineRecords) => string);
  /** The fields that the time is of: the first that is there. */
  readonly times: readonly string[];
  /** Undefined for events of no connection. */
  readonly ends?: EndsOfLine;
  /** The protocol of IP; undefined where it is not known. */
  readonly protocol?: (line: LineRecords) => number | undefined;
  /** What Suricata calls the application. */
  readonly application?: (line: LineRecords) => string;
}

/** `timestamp`, `flow_id`, and so on. */
export function eveHead({ type, times, ends, protocol, application }: EventHead): MappedField[] {
  const typeOf = typeof type === "string" ? () => type : type;
  return [
    {
      ...{ name: "timestamp", sources: times, how: "UTC, to the microsecond" },
      valueOf: (line) => eveTime(firstOf(line, times)!),
    },
    ...(ends === undefined ? [] : [flowIdField(ends)]),
    {
      ...{ name: "event_type", sources: [], how: typeof type === "string" ? `\`"${type}"\`` : "" },
      valueOf: typeOf,
    },
    ...(ends === undefined ? [] : addressFields(ends)),
    ...(protocol === undefined || ends === undefined ? [] : protocolFields(ends, protocol)),
    ...(application === undefined ? [] : [
      { name: "app_proto", sources: [], how: "as `event_type`", valueOf: application },
    ]),
    { name: "host", sources: ["client"], how: "", valueOf: ({ client }) => client || undefined },
  ];
}

function flowIdField(ends: EndsOfLine): MappedField {
  return {
    name: "flow_id",
    sources: ["client", ...allSources(ends)],
    how: "a hash of 51 bits: [identifiers](#identifiers)",
    valueOf(line) {
      const found = ends.of(line);
      return found && flowIdOf({ sensor: line.client, ...found });
    },
  };
}

function addressFields(ends: EndsOfLine): MappedField[] {
  const field = (name: string, end: Exclude<keyof Ends, "id">): MappedField => ({
    ...{ name, sources: ends.sources[end], how: "" },
    valueOf: (line) => ends.of(line)?.[end],
  });
  return [
    field("src_ip", "srcIp"),
    field("src_port", "srcPort"),
    field("dest_ip", "dstIp"),
    field("dest_port", "dstPort"),
  ].filter(({ sources }) => sources.length > 0);
}

function protocolFields(
  ends: EndsOfLine,
  protocolOf: (line: LineRecords) => number | undefined,
): MappedField[] {
  const proto: MappedField = {
    ...{ name: "proto", sources: [], how: "`TCP` or `UDP`, by the record" },
    valueOf(line) {
      const protocol = protocolOf(line);
      return protocol === undefined ? undefined : EVE_PROTOCOLS[protocol];
    },
  };
  if (ends.sources.srcPort.length === 0) return [proto];
  const community: MappedField = {
    ...{ name: "community_id", sources: addressSources(ends), how: "version 1, seed 0" },
    valueOf(line) {
      const [found, protocol] = [ends.of(line), protocolOf(line)];
      return found && protocol !== undefined ? communityIdOf(found, protocol) : undefined;
    },
  };
  return [proto, community];
}

function firstOf({ parts }: LineRecords, sources: readonly string[]): bigint | undefined {
  for (const source of sources) {
    const [part, field] = source.split(".") as [string, string];
    const value = (parts[part] as unknown as Record<string, bigint> | undefined)?.[field];
    if (value !== undefined) return value;
  }
  return undefined;
}
