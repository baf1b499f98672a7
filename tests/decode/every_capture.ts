/**
 * Every captured frame against tshark's table of it. For the layers that both know, the records must
 * have what tshark has, value by value; `DISAGREEMENTS` lists where they have not, and why.
 */
import { assertEquals } from "@std/assert";
import { fromBinary, type Message } from "@bufbuild/protobuf";
import { recordSchema } from "../../lib/base/record/record_schemas.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { IPv4Schema, IPv6FragmentSchema } from "../../proto/gen/netcap_pb.ts";
import { type Capture, type Frame, framesOf, readTable, type Row } from "./captured_frames.ts";
import { type DecodedFrame, decodeFrame } from "./decode_frame.ts";
import { DISAGREEMENTS, listedFor } from "./disagreements.ts";
import { ComparedValues } from "./tshark/compared_values.ts";
import type { Table } from "./tshark/table.ts";
import { COMMON_GROUPS, GROUPS, LAST, NOT_IN_RECORDS, WITHOUT_RECORD } from "./tshark/tables.ts";

const TABLES: ReadonlyMap<string, Table> = new Map(
  COMMON_GROUPS.flatMap(({ tables }) => tables)
    .map((table) => [`${table.protocol} ${table.type}`, table]),
);
/** Rules of the common layers look at nothing else. */
const NO_ANSWER = new Map();
const RULES = new Map([...TABLES.values()].flatMap(({ rules }) => [...rules]));
/** The types that are compared here; those of the other groups are in `tshark/every_record.ts`. */
const COMMON_TYPES = new Set([...TABLES.values()].map(({ type }) => type));

/** What tshark's protocols are here: the types of their records; none for those passed over. */
const RECORDS_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ...[...WITHOUT_RECORD, ...GROUPS.flatMap(({ tables }) => tables.map(({ protocol }) => protocol))]
    .map((protocol): [string, string[]] => [protocol, []]),
  ...[...TABLES.values()].filter(({ type }) => !isIcmpv6Body(type))
    .map(({ protocol, type }): [string, string[]] => [protocol, [type]]),
]);

/** Tests the common layers on these captures; `floors` are the values of each type at least. */
export function testEveryCapture(
  captures: readonly Capture[],
  floors: Readonly<Record<string, number>>,
): void {
  Deno.test("every captured frame has the values that tshark gives it", () => {
    const found = new Map<string, number>();
    const here = new Set<string>();
    const compared = new ComparedValues([...COMMON_TYPES]);
    for (const capture of captures) {
      const table = readTable(capture);
      if (table === undefined) continue;
      here.add(capture.name);
      for (const frame of framesOf(capture)) {
        for (const what of compare(frame, table[frame.number - 1]!, compared)) {
          const key = `${capture.name}: ${what}`;
          found.set(key, (found.get(key) ?? 0) + 1);
        }
      }
    }
    assertEquals(found, listedFor(DISAGREEMENTS, here, found));
    compared.print();
    compared.assertAtLeast(floors);
  });

  Deno.test("every column of the tables is compared or known to be in no record", () => {
    const compared = new Set([...TABLES.values()].flatMap(({ readers }) => [...readers.keys()]));
    for (const capture of captures) {
      const columns = [...readTable(capture)?.[0]?.keys() ?? []];
      assertEquals(
        columns.filter((column) => !compared.has(column) && !NOT_IN_RECORDS.has(column)),
        [],
        capture.name,
      );
    }
  });
}

/** Compares one frame, counts the values that are the same, and gives what is not. */
function compare(frame: Frame, row: Row, compared: ComparedValues): string[] {
  const decoded = decodeFrame(frame.bytes, frame);
  const isCut = frame.bytes.length < frame.originalLength;
  const theirs = row.get("frame.protocols")!.replaceAll(/\b(mdns|llmnr)\b/g, "dns").split(":");
  const common = commonProtocols(theirs, decoded).filter((each) =>
    RECORDS_OF.get(each)!.length > 0
  );
  const disagreements: string[] = [];
  // Of a frame of no bytes tshark names the link layer.
  const layers = compareLayers(frame.bytes.length > 0 ? common : [], decoded, isCut);
  if (layers !== undefined) disagreements.push(layers);

  const ours = readRecords(decoded, common);
  const values = new Map<string, number>();
  for (const [column, unruly] of row) {
    if (NOT_IN_RECORDS.has(column)) continue;
    const rule = RULES.get(column);
    const cell = unruly && rule ? rule(unruly.split(","), NO_ANSWER).join() : unruly;
    const read = ours.values.get(column) ?? [];
    const own = read.flatMap(({ values }) => values);
    const count = (protocols: readonly string[]) =>
      protocols.filter((each) => protocolsOf(column).includes(each)).length;
    const mayGoOn = isCut || count(theirs) > count(ours.protocols);
    if (cell === own.join() || (mayGoOn && isBeginning(own, cell))) {
      for (const one of read) values.set(one.type, (values.get(one.type) ?? 0) + one.values.length);
    } else if (!(isCut && column === "tcp.len")) { // what was sent, not what was captured
      disagreements.push(`${column} ${own.join() || "nothing"} instead of ${cell || "nothing"}`);
    }
  }
  for (const [type, count] of values) compared.add(type, count);
  return disagreements;
}

/** Those of tshark's protocols, outermost first, which we decode: up to the first that we do not. */
function commonProtocols(theirs: readonly string[], decoded: DecodedFrame): readonly string[] {
  const isFragment = decoded.recordsOf(IPv4Schema)
    .map(({ Flags, FragOffset }) => (Flags & 1) !== 0 || FragOffset > 0);
  const isIpv6Fragment = decoded.recordsOf(IPv6FragmentSchema)
    .map(({ MoreFragments, FragmentOffset }) => MoreFragments || FragmentOffset > 0);
  for (let index = 0; index < theirs.length; index++) {
    const protocol = theirs[index]!;
    if (!RECORDS_OF.has(protocol)) return theirs.slice(0, index);
    const isEnd = LAST.includes(protocol) ||
      (protocol === "ip" && isFragment.shift()) ||
      (protocol === "ipv6.fraghdr" && isIpv6Fragment.shift());
    if (isEnd) return theirs.slice(0, index + 1);
  }
  return theirs;
}

/** What is wrong with the types of the records; undefined when nothing is. */
function compareLayers(
  common: readonly string[],
  { types, counts }: DecodedFrame,
  isCut: boolean,
): string | undefined {
  const expected = common.flatMap((protocol) => RECORDS_OF.get(protocol)!);
  const actual = types.filter((type) => COMMON_TYPES.has(type) && !isIcmpv6Body(type));
  if (String(actual) === String(expected)) return undefined;
  const [failure = ""] = Object.keys(counts.failed);
  // tshark shows what there is of a header that was cut off, and of a message that goes on in another segment.
  const mayMissLast = (isCut && failure.endsWith(" truncated")) ||
    failure === "DnsOverTcp incomplete";
  if (mayMissLast && String(actual) === String(expected.slice(0, -1))) return undefined;
  const difference = `${actual.join(" ") || "nothing"} instead of ${expected.join(" ")}`;
  return `records ${difference}${failure && `, ${failure}`}`;
}

/** The body of a message, a record of its own behind that of the ICMPv6 header. */
function isIcmpv6Body(type: string): boolean {
  return /^ICMPv6./.test(type);
}

/** The values that our records have by column, and the protocol of each of the records. */
function readRecords(decoded: DecodedFrame, common: readonly string[]) {
  const values = new Map<string, { type: string; values: string[] }[]>();
  const protocols: string[] = [];
  for (const [type, record] of recordsInOrder(decoded)) {
    if (!COMMON_TYPES.has(type)) continue;
    const protocol = isIcmpv6Body(type) ? "icmpv6" : common[protocols.length];
    const table = TABLES.get(`${protocol} ${type}`);
    if (table === undefined) break;
    if (!isIcmpv6Body(type)) protocols.push(protocol!);
    for (const [column, read] of table.readers) {
      values.set(column, [...values.get(column) ?? [], { type, values: read(record) }]);
    }
  }
  return { values, protocols };
}

function recordsInOrder(decoded: DecodedFrame): [string, Message][] {
  const seen = new Map<string, number>();
  return decoded.types.map((type) => {
    const schema = recordSchema(typeNumber(type))!;
    const index = seen.get(type) ?? 0;
    seen.set(type, index + 1);
    return [type, fromBinary(schema, decoded.encodingsOf(schema)[index]!)];
  });
}

/** The protocols whose headers fill a column. */
function protocolsOf(column: string): readonly string[] {
  if (column.startsWith("ipv6.opt.")) return ["ipv6.hopopts", "ipv6.dstopts"];
  if (column.startsWith("ipv6.fraghdr.")) return ["ipv6.fraghdr"];
  return [column.split(".")[0]!];
}

function isBeginning(values: readonly string[], cell: string): boolean {
  return values.length === 0 || cell.startsWith(`${values},`);
}
