/**
 * What `docs/records.md` says: what every record holds, from three sources.
 *
 * - The schema has the fields and their types.
 * - The registry has the decoders, their order and what leads to them.
 * - `docs/records/GROUP/NAME.md` has what people must say of one record, or of one header without a
 *   record: what it is, `Source:`, one list entry for every field, and what is refused, differs from
 *   the original and is not decoded. An entry is
 *
 *       - `Field`, `Other` (unit; 0: what zero or empty means): what they hold.
 *
 *   with `empty:` for text and bytes, and fields of a nested message indented below it; the
 *   parentheses, or either part of them, may be missing. `docs/records/page.md` is the frame around all.
 */
import { type DescField, type DescMessage, getOption, ScalarType } from "@bufbuild/protobuf";
import { recordSchema } from "../../lib/base/record/record_schemas.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { describeLinkType, isSupportedLinkType } from "../../lib/capture/link_type.ts";
import type { Decoder } from "../../lib/decode/decoder.ts";
import { ipv6HopByHop } from "../../lib/decode/network/ipv6_hop_by_hop.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { Routes } from "../../lib/decode/routes.ts";
import { FLOW_TYPES } from "../../lib/follow/flow_types.ts";
import { text } from "../../proto/gen/netcap_pb.ts";
import {
  CollectorFileSchema,
  CollectorSpanSchema,
  MESSAGES,
  OperatorActSchema,
  SensorAlarmSchema,
  SensorMinuteSchema,
} from "../../proto/netcap_tags.ts";
import { table } from "./markdown_table.ts";

const NOTES = new URL("../../docs/records/", import.meta.url);

/** Folders of `docs/records/`, the rooms of `lib/decode/`, in the page's order with their headings. */
const GROUPS = [
  ["link", "Link layer"],
  ["discovery", "Discovery between neighbours"],
  ["tunnel", "Tunnels"],
  ["network", "Network layer"],
  ["routing", "Routing and redundancy"],
  ["transport", "Transport"],
  ["application", "Applications"],
  ["plant", "Plants"],
  ["passed", "Headers without a record"],
  ["flows", "Conversations"],
  ["books", "Books"],
] as const;

const ROUTES = new Routes(DECODERS);

/** The numbers that lead from one header to the next: kind, highest number, notation, look-up. */
const NUMBERS: readonly (readonly [string, number, 10 | 16, typeof decoderOfIpProtocol])[] = [
  ["EtherType", 0xffff, 16, (number) => ROUTES.etherType.of(number)],
  ["LLC service access point", 0xff, 16, (number) => ROUTES.sap.of(number)],
  ["PPP protocol", 0xffff, 16, (number) => ROUTES.ppp.of(number)],
  ["identifier in Frame Relay", 0xff, 16, (number) => ROUTES.networkProtocol.of(number)],
  ["IP protocol, IPv6 next header", 0xff, 10, decoderOfIpProtocol],
  ["channel type of MPLS", 0xffff, 16, (number) => ROUTES.channelType.of(number)],
  ["NSH next protocol", 0xff, 10, (number) => ROUTES.nshProtocol.of(number)],
  ["ICMPv6 type", 0xff, 10, (number) => ROUTES.icmpv6Type.of(number)],
  ["UDP port", 0xffff, 10, (number) => ROUTES.udpPort.of(number)],
  ["TCP port", 0xffff, 10, (number) => ROUTES.tcpPort.of(number)],
];

/** 0 is no protocol but an IPv6 header's next one, and looked up there. */
function decoderOfIpProtocol(protocol: number): Decoder | undefined {
  return protocol === 0 ? ipv6HopByHop : ROUTES.ipProtocol.of(protocol);
}

/** What has a note: a decoder, or a record that no decoder makes. */
type Described = Pick<Decoder, "name" | "schema" | "type">;

/** Of the programs' own counts. */
const BOOKS: readonly Described[] = [
  SensorMinuteSchema,
  CollectorSpanSchema,
  CollectorFileSchema,
  SensorAlarmSchema,
  OperatorActSchema,
].map((schema) => ({ name: schema.name, schema, type: typeNumber(schema.name) }));
/** Of several packets. */
const FLOWS: readonly Described[] = FLOW_TYPES.map((name) => {
  const type = typeNumber(name);
  return { name, schema: tagsByName(name), type };
});
/** One decoder a record or header: several layers may give the same record. */
const DECODED = [...new Map(DECODERS.map((decoder) => [nameOf(decoder), decoder])).values()];
const DESCRIBED: readonly Described[] = [...DECODED, ...FLOWS, ...BOOKS];

const CONTEXT = ["SrcIP", "DstIP", "SrcPort", "DstPort"];
/** Fields of all records, which the page describes once. */
const OF_TUNNEL = ["Tunnel", "TunnelID"];

/** What the notes say of one field or of several that are alike. */
interface Entry {
  /** Paths from the record, as `Options.Type`. */
  readonly paths: readonly string[];
  readonly unit: string;
  /** What zero or empty means; empty where that is what it is for all fields of the kind. */
  readonly zero: string;
  readonly text: string;
}

/** The notes of one record or header. */
interface Notes {
  readonly group: string;
  readonly before: string;
  readonly entries: readonly Entry[];
  readonly after: string;
}

/**
 * The page as it is to be, from the notes in `folder`. Throws an `Error` that says which note is
 * missing, wrong or too much.
 */
export function recordsPage(folder: URL = NOTES): string {
  const notes = readNotes(folder);
  const names = DESCRIBED.map(nameOf);
  const missing = names.filter((name) => !notes.has(name));
  if (missing.length > 0) throw wrong(`{${missing.join()}}`, "is missing");
  for (const name of notes.keys()) if (!names.includes(name)) throw wrong(name, "has no decoder");
  const sections = GROUPS.flatMap(([group, heading]) => [
    `## ${heading}`,
    ...DESCRIBED.filter((decoder) => notes.get(nameOf(decoder))!.group === group)
      .flatMap((decoder) => section(decoder, notes.get(nameOf(decoder))!)),
  ]);
  const frame = Deno.readTextFileSync(new URL("page.md", folder)).trimEnd()
    .replace("{{link types}}", linkTypeTable())
    .replace("{{numbers}}", numberTable())
    .replace("{{context}}", contextTable(notes));
  return [frame, ...sections].join("\n\n") + "\n";
}

function nameOf({ schema, name }: Pick<Described, "schema" | "name">): string {
  return schema?.name ?? name;
}

/** The tags of the message of that name, which there is. */
function tagsByName(name: string): Described["schema"] {
  return MESSAGES.find((message) => message.name === name);
}

function wrong(name: string, what: string): Error {
  return new Error(`The note docs/records/*/${name}.md ${what}; see tools/pages/records_page.ts`);
}

function readNotes(folder: URL): Map<string, Notes> {
  const notes = new Map<string, Notes>();
  for (const [group] of GROUPS) {
    for (const { name: file } of Deno.readDirSync(new URL(group, folder))) {
      const name = file.replace(/\.md$/, "");
      const text = Deno.readTextFileSync(new URL(`${group}/${file}`, folder));
      notes.set(name, parseNotes(name, group, text));
    }
  }
  return notes;
}

function parseNotes(name: string, group: string, text: string): Notes {
  if (!/^Source: /m.test(text)) throw wrong(name, "names no source (a line `Source: …`)");
  const blocks = text.trim().split(/\n\n+(?! )/);
  const list = blocks.findIndex((block) => block.startsWith("- "));
  const listed = list < 0 ? blocks.findIndex((block) => block.startsWith("Source: ")) : list;
  return {
    group,
    before: blocks.slice(0, list < 0 ? listed + 1 : list).join("\n\n"),
    entries: list < 0 ? [] : parseEntries(name, blocks[list]!),
    after: blocks.slice(listed + 1).join("\n\n"),
  };
}

const ENTRY = /^( *)- ((?:`\w+`(?:, )?)+)(?: \((.*?)\))?: (.*)$/;
const UNIT_AND_ZERO = /^(.*?)(?:(?:^|; )(?:0|empty): (.*))?$/;

function parseEntries(name: string, list: string): Entry[] {
  const parents: string[][] = [[""]];
  const lines = list.replaceAll(/\n(?! *- ) */g, " ").split("\n");
  return lines.map((line) => {
    const match = ENTRY.exec(line);
    const depth = (match?.[1] ?? "").length / 2;
    if (match === null || parents[depth] === undefined) {
      throw wrong(name, `has an entry that cannot be read: ${line.trim()}`);
    }
    const fields = [...match[2]!.matchAll(/\w+/g)].map(([field]) => field);
    const paths = parents[depth].flatMap((parent) => fields.map((field) => parent + field));
    parents.splice(depth + 1, Infinity, paths.map((path) => `${path}.`));
    const [, unit, zero] = UNIT_AND_ZERO.exec(match[3] ?? "")!;
    return { paths, unit: unit!, zero: zero ?? "", text: match[4]! };
  });
}

function section(decoder: Described, notes: Notes): string[] {
  const name = nameOf(decoder);
  const schema = recordSchema(decoder.type);
  const type = schema === undefined ? "" : `Record type ${typeNumber(name)}. `;
  const fields = schema === undefined ? "" : fieldTable(schema, notes);
  return [`### ${name}`, type + notes.before, fields, notes.after].filter((part) => part !== "");
}

/** One line an entry. All fields must have one, but for the time and, where there is none, context. */
function fieldTable(schema: DescMessage, notes: Notes): string {
  const fields = fieldsOf(schema);
  const described = notes.entries.flatMap(({ paths }) => paths);
  for (const [at, path] of described.entries()) {
    if (!fields.has(path)) throw wrong(schema.name, `describes ${path}, which is no field`);
    if (described.indexOf(path) < at) throw wrong(schema.name, `describes ${path} twice`);
  }
  const elsewhere = notes.entries.filter(isDescribedElsewhere)
    .flatMap(({ paths }) => paths.map((path) => `${path}.`));
  for (const path of fields.keys()) {
    if (path === "Timestamp" || described.includes(path)) continue;
    if (CONTEXT.includes(path) || OF_TUNNEL.includes(path)) continue;
    if (elsewhere.some((parent) => path.startsWith(parent))) continue;
    throw wrong(schema.name, `does not describe ${path}`);
  }
  const rows = notes.entries.map(({ paths, unit, zero, text }) => {
    const alike = paths.map((path) => fields.get(path)!);
    return [
      paths.map((path, at) => `\`${briefly(path, paths[at - 1])}\``).join(", "),
      unique(alike.map(typeOf)).join(", "),
      unit,
      zero || unique(alike.map(notWritten)).join(", "),
      text,
    ];
  });
  if (rows.length === 0) return "";
  return table(["field", "type", "unit", "not written", "holds"], rows);
}

/** Whether the entry says enough of a message: that it is as in another place, or never there. */
function isDescribedElsewhere({ zero, text }: Entry): boolean {
  return zero === "always" || text.startsWith("as in ");
}

/** `.Zone` for `Place.Zone` behind another field of `Place`. */
function briefly(path: string, before = ""): string {
  const dot = path.lastIndexOf(".");
  return dot > 0 && before.startsWith(path.slice(0, dot + 1)) ? path.slice(dot) : path;
}

/**
 * The fields of a message and of those in it, by path. Messages that are records, and a message within
 * itself, are not entered.
 */
function fieldsOf(schema: DescMessage, parent = "", within: string[] = []): Map<string, DescField> {
  const fields = new Map<string, DescField>();
  const entered = [...within, schema.name];
  for (const field of schema.fields) {
    const path = parent + field.name;
    fields.set(path, field);
    const inner = field.message;
    if (inner === undefined || entered.includes(inner.name) || isRecord(inner)) continue;
    for (const [innerPath, innerField] of fieldsOf(inner, `${path}.`, entered)) {
      fields.set(innerPath, innerField);
    }
  }
  return fields;
}

function isRecord({ name }: DescMessage): boolean {
  return DECODERS.some(({ schema }) => schema?.name === name);
}

function typeOf(field: DescField): string {
  const scalar = ScalarType[field.scalar ?? ScalarType.BYTES].toLowerCase();
  const isText = getOption(field, text);
  const name = field.message?.name ?? field.enum?.name ?? (isText ? "bytes as text" : scalar);
  return field.fieldKind === "list" ? `list of ${name}` : name;
}

function notWritten(field: DescField): string {
  if (field.fieldKind !== "scalar") return field.fieldKind === "enum" ? "0" : "none";
  if (field.scalar === ScalarType.BOOL) return "no";
  return field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES ? "none" : "0";
}

function linkTypeTable(): string {
  const linkTypes = range(0xffff).filter(isSupportedLinkType);
  return table(
    ["link type", "what comes first"],
    linkTypes.map((linkType) => [describeLinkType(linkType), link(ROUTES.linkType.of(linkType))]),
  );
}

function numberTable(): string {
  const rows = NUMBERS.flatMap(([kind, max, radix, decoderOf]) => {
    const byDecoder = Map.groupBy(range(max).filter(decoderOf), decoderOf);
    return [...byDecoder].map(([decoder, numbers], row) => [
      row === 0 ? kind : "",
      numbers.map((number) => radix === 16 ? hex(number, max) : `${number}`).join(", "),
      link(decoder),
    ]);
  });
  return table(["number", "value", "leads to"], rows);
}

function hex(number: number, max: number): string {
  return `0x${number.toString(16).padStart(max.toString(16).length, "0")}`;
}

/** A link to the section of the decoder's record or header. */
function link(decoder: Decoder | undefined): string {
  if (decoder === undefined) return "nothing yet";
  return `[${nameOf(decoder)}](#${nameOf(decoder).toLowerCase()})`;
}

/** Which records have which fields of the context: those that their own notes do not describe. */
function contextTable(notes: ReadonlyMap<string, Notes>): string {
  const records = DECODED.filter(({ schema }) => schema !== undefined);
  const byFields = Map.groupBy(records, (decoder) => {
    const own = notes.get(nameOf(decoder))!.entries.flatMap(({ paths }) => paths);
    const fields = recordSchema(decoder.type)!.fields.map(({ name }) => name);
    return CONTEXT.filter((name) => fields.includes(name) && !own.includes(name))
      .map((name) => `\`${name}\``).join(", ");
  });
  const rows = [...byFields].sort(([a], [b]) => b.length - a.length).map(([fields, decoders]) => [
    fields || "none",
    decoders.map(nameOf).join(", "),
  ]);
  return table(["context fields", "records"], rows);
}

function range(max: number): number[] {
  return Array.from({ length: max + 1 }, (_, number) => number);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
