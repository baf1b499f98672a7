/** Fields that all events have by the Elastic Common Schema. */
import { timeFormat } from "../../read/time_text.ts";
import { communityIdOf, uidOf } from "../flow_identity.ts";
import type { JsonValue } from "../mapped/json_value.ts";
import { addressSources, allSources, type Ends, type EndsOfLine } from "../mapped/line_ends.ts";
import type { Conversion, LineRecords, MappedField } from "../mapped/mapped_field.ts";

/** The file of all events. */
export const ECS_FILE = "ecs.ndjson";
/** The version whose fields these are. */
export const ECS_VERSION = "8.11.0";

const TIME = timeFormat();

/** A time of nanoseconds as dates are written: RFC 3339 with nine digits of a second. */
export const ecsTime: Conversion<bigint> = Object.assign(
  (nanos: bigint) => nanos === 0n ? undefined : TIME(nanos),
  { how: "UTC, nine digits of a second" },
);

/** Hardware addresses are written as in `02-00-5E-10-00-00` (RFC 7042). */
export const ecsMac: Conversion<string> = Object.assign(
  (mac: string) => mac.toUpperCase().replaceAll(":", "-") || undefined,
  { how: "capital letters, with dashes between" },
);

/** What is the same in all events of a kind. */
export interface EcsHead {
  /** Behind `farcap.`. */
  readonly dataset: string;
  readonly category: readonly string[];
  readonly type: readonly string[];
  /** As `network.protocol`. */
  readonly protocol?: string;
  /** Of IP; undefined where it is not known. */
  readonly transport?: (line: LineRecords) => "tcp" | "udp" | undefined;
  /** The fields that the time is of: the first that is there. */
  readonly times: readonly string[];
  readonly ends: EndsOfLine;
}

const IP_PROTOCOLS = { tcp: 6, udp: 17 };

/** `@timestamp`, `event`, `observer`, both ends, `network`. */
export function ecsHead(head: EcsHead): MappedField[] {
  const { dataset, category, type, protocol, transport, times, ends } = head;
  return [
    {
      ...{ name: "@timestamp", sources: times, how: ecsTime.how! },
      valueOf: (line) => firstTime(line, times),
    },
    ...ecsConstants(dataset, category, type),
    ofEnds(
      "event.id",
      ends,
      ["client", ...allSources(ends)],
      "Zeek's `uid`: [identifiers](#identifiers)",
      ({ client }, found) => uidOf({ sensor: client, ...found }),
    ),
    ...ecsEnds(ends),
    ...(protocol === undefined ? [] : [constant("network.protocol", protocol)]),
    ...(transport === undefined ? [] : [
      {
        ...{ name: "network.transport", sources: [], how: "`tcp` or `udp`, by the record" },
        valueOf: transport,
      },
      ofEnds(
        "network.community_id",
        ends,
        addressSources(ends),
        "version 1, seed 0",
        (line, found) => {
          const name = transport(line);
          return name && communityIdOf(found, IP_PROTOCOLS[name]);
        },
      ),
    ]),
  ];
}

/** What is the same in all events of a kind, and who saw them. */
export function ecsConstants(
  dataset: string,
  category: readonly string[],
  type: readonly string[],
): MappedField[] {
  return [
    constant("ecs.version", ECS_VERSION),
    constant("event.kind", "event"),
    constant("event.category", category),
    constant("event.type", type),
    constant("event.module", "farcap"),
    constant("event.dataset", `farcap.${dataset}`),
    constant("observer.product", "Farcap"),
    constant("observer.type", "sensor"),
    {
      ...{ name: "observer.name", sources: ["client"], how: "" },
      valueOf: ({ client }) => client || undefined,
    },
  ];
}

/** `source`, `destination`, `related.ip`, and the kind of addresses. */
function ecsEnds(ends: EndsOfLine): MappedField[] {
  const { sources } = ends;
  const field = (name: string, end: Exclude<keyof Ends, "id">): MappedField => ({
    ...{ name, sources: sources[end], how: "" },
    valueOf: (line) => ends.of(line)?.[end],
  });
  return [
    ...[
      field("source.ip", "srcIp"),
      field("source.port", "srcPort"),
      field("destination.ip", "dstIp"),
      field("destination.port", "dstPort"),
    ].filter(({ sources }) => sources.length > 0),
    ofEnds(
      "related.ip",
      ends,
      [...sources.srcIp, ...sources.dstIp],
      "both addresses",
      (_, { srcIp, dstIp }) => [srcIp, dstIp],
    ),
    ofEnds(
      "network.type",
      ends,
      sources.srcIp,
      "`ipv4` or `ipv6`",
      (_, { srcIp }) => srcIp.includes(":") ? "ipv6" : "ipv4",
    ),
  ];
}

function ofEnds(
  name: string,
  ends: EndsOfLine,
  sources: readonly string[],
  how: string,
  valueOf: (line: LineRecords, found: Ends) => JsonValue | undefined,
): MappedField {
  return {
    ...{ name, sources, how },
    valueOf(line) {
      const found = ends.of(line);
      return found && valueOf(line, found);
    },
  };
}

/** A field that has the same value in every line. */
function constant(name: string, value: JsonValue): MappedField {
  return { name, sources: [], how: `\`${JSON.stringify(value)}\``, valueOf: () => value };
}

function firstTime({ parts }: LineRecords, sources: readonly string[]): JsonValue | undefined {
  for (const source of sources) {
    const [part, field] = source.split(".") as [string, string];
    const value = (parts[part] as unknown as Record<string, bigint> | undefined)?.[field];
    if (value !== undefined) return ecsTime(value);
  }
  return undefined;
}
