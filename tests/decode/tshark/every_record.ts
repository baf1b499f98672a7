/**
 * Every captured frame against what tshark says of it now, for the record types of which the
 * committed tables hold nothing. `table.ts` tells how to add a type, and how to try one alone.
 */
import { assertEquals } from "@std/assert";
import { fromBinary, type Message } from "@bufbuild/protobuf";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import { type Capture, type Frame, framesOf, readTable } from "../captured_frames.ts";
import { type DecodedFrame, decodeFrame } from "../decode_frame.ts";
import { listedFor } from "../disagreements.ts";
import { type Answer, askTshark } from "./ask_tshark.ts";
import { ComparedValues } from "./compared_values.ts";
import { GROUPS, LAST } from "./tables.ts";
import { needs, TSHARK } from "../../needs.ts";

/** Types to try alone; all without any. */
const CHOSEN = Deno.args;
const TABLES = GROUPS.flatMap(({ tables }) => tables)
  .filter(({ type }) => CHOSEN.length === 0 || CHOSEN.includes(type));
const TABLE_OF = new Map(TABLES.map((table) => [table.type, table]));
const PROTOCOLS = new Set(TABLES.map(({ protocol }) => protocol));
const RULES = new Map(TABLES.flatMap(({ rules }) => [...rules]));
const MALFORMED = "_ws.malformed";
const ASKED = [
  "frame.protocols",
  MALFORMED,
  ...new Set(TABLES.flatMap(({ readers }) => [...readers.keys()])),
];

/** Tests the other layers on these captures; `floors` are the values of each type at least. */
export function testEveryRecord(
  captures: readonly Capture[],
  floors: Readonly<Record<string, number>>,
): void {
  Deno.test({
    ...needs("every record has the values that tshark gives it", TSHARK),
    fn: async () => {
      const found = new Map<string, number>();
      const here = new Set<string>();
      const compared = new ComparedValues([...TABLE_OF.keys()]);
      const waiting = [...captures];
      const work = async () => {
        for (let capture = waiting.shift(); capture; capture = waiting.shift()) {
          here.add(capture.name);
          for (const what of await compareCapture(capture, compared)) {
            const key = `${capture.name}: ${what}`;
            found.set(key, (found.get(key) ?? 0) + 1);
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(4, navigator.hardwareConcurrency) }, work));
      compared.print();
      const listed = listedFor(GROUPS.flatMap((each) => each.disagreements ?? []), here, found);
      if (CHOSEN.length > 0) {
        for (const key of listed.keys()) if (!found.has(key)) listed.delete(key);
      }
      assertEquals(inOrder(found), inOrder(listed));
      compared.assertAtLeast(floors);
    },
  });
}

function inOrder(counts: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...counts].sort(([a], [b]) => a < b ? -1 : 1));
}

/** What differs in a capture, an entry for each frame and difference. */
async function compareCapture(capture: Capture, compared: ComparedValues): Promise<string[]> {
  const frames = framesOf(capture);
  const decoded = frames.map((each) => decodeFrame(each.bytes, { ...each, payload: true }));
  const isOurs = decoded.some(({ types }) => types.some((type) => TABLE_OF.has(type)));
  if (!isOurs && !isTsharks(capture)) return [];
  const answers = await askTshark(capture.url, ASKED);
  return frames.flatMap((frame, index) => {
    const answer = answers[index];
    if (answer === undefined) return ["a frame that tshark does not read"];
    return compare(frame, decoded[index]!, answer, compared);
  });
}

function isTsharks(capture: Capture): boolean {
  return readTable(capture)?.some((row) =>
    row.get("frame.protocols")!.split(":").some((protocol) => PROTOCOLS.has(protocol))
  ) ?? false;
}

/** A frame as both have read it. */
interface Reading {
  readonly decoded: DecodedFrame;
  readonly answer: Answer;
  /** tshark's protocols, outermost first. */
  readonly theirs: readonly string[];
  /** Whether the capture holds a part of the frame only. */
  readonly isCut: boolean;
}

/** Compares one frame, counts the values that are the same, and gives what is not. */
function compare(
  frame: Frame,
  decoded: DecodedFrame,
  answer: Answer,
  compared: ComparedValues,
): string[] {
  const theirs = answer.get("frame.protocols")![0]!.split(":");
  const isCut = frame.bytes.length < frame.originalLength;
  const reading = { decoded, answer, theirs, isCut };
  const last = theirs.findIndex((protocol) => LAST.includes(protocol));
  const reached = last < 0 ? theirs : theirs.slice(0, last + 1);
  const [failure = ""] = Object.keys(decoded.counts.failed);
  const ours = readRecords(decoded);
  return [...PROTOCOLS].flatMap((protocol) => {
    const isOurs = decoded.types.some((type) => TABLE_OF.get(type)?.protocol === protocol);
    if (isOurs && theirs.includes(protocol)) {
      return compareValues(protocol, reading, ours, compared);
    }
    if (isOurs) return [`a record of ${protocol}, which tshark does not see`];
    if (!reached.includes(protocol)) return [];
    if (mayMiss(failure, reading)) {
      compared.excuse();
      return [];
    }
    return [`no record of ${protocol}${failure && `, ${failure}`}`];
  });
}

/**
 * Whether it is no wonder that a record is missing: of a header that was cut off, of a message that
 * goes on in another packet, and of what is malformed for tshark, too. tshark shows what there is.
 */
function mayMiss(failure: string, { answer, isCut }: Reading): boolean {
  return (isCut && failure.endsWith(" truncated")) || failure.endsWith(" incomplete") ||
    (failure !== "" && answer.has(MALFORMED));
}

function compareValues(
  protocol: string,
  { decoded, answer, theirs, isCut }: Reading,
  ours: ReadonlyMap<string, readonly OwnValues[]>,
  compared: ComparedValues,
): string[] {
  const tables = TABLES.filter((table) => table.protocol === protocol);
  const types = tables.map(({ type }) => type);
  const records = decoded.types.filter((type) => types.includes(type)).length;
  // tshark goes on where we stop: behind what it calls malformed, and in a datagram that is quoted.
  const mayGoOn = isCut || answer.has(MALFORMED) ||
    theirs.filter((each) => each === protocol).length > records;
  const counts = new Map(
    types.filter((type) => decoded.types.includes(type)).map((type) => [type, 0]),
  );
  const disagreements: string[] = [];
  for (const column of new Set(tables.flatMap(({ readers }) => [...readers.keys()]))) {
    const read = ours.get(column) ?? [];
    const own = read.flatMap(({ values }) => values);
    const unruly = [...answer.get(column) ?? []];
    const cell = RULES.get(column)?.(unruly, answer) ?? unruly;
    if (isBeginning(own, cell) && (own.length === cell.length || mayGoOn)) {
      for (const { type, values } of read) counts.set(type, counts.get(type)! + values.length);
    } else disagreements.push(`${column} ${print(own)} instead of ${print(cell)}`);
  }
  for (const [type, count] of counts) compared.add(type, count);
  return disagreements;
}

/** What one record has for a field of tshark's. */
interface OwnValues {
  readonly type: string;
  readonly values: readonly string[];
}

/** The values of our records by tshark's field. */
function readRecords(decoded: DecodedFrame): Map<string, OwnValues[]> {
  const values = new Map<string, OwnValues[]>();
  const seen = new Map<string, number>();
  for (const type of decoded.types) {
    const table = TABLE_OF.get(type);
    if (table === undefined) continue;
    const index = seen.get(type) ?? 0;
    seen.set(type, index + 1);
    if (index > 0 && table.holdsOthers) continue;
    const schema = recordSchema(typeNumber(type))!;
    const record: Message = fromBinary(schema, decoded.encodingsOf(schema)[index]!);
    for (const [column, read] of table.readers) {
      values.set(column, [...values.get(column) ?? [], { type, values: read(record) }]);
    }
  }
  return values;
}

function isBeginning(own: readonly string[], cell: readonly string[]): boolean {
  return own.every((value, index) => value === cell[index]);
}

/** Not more than a line, since keys of disagreements are made of it. */
function print(values: readonly string[]): string {
  const line = values.join() || "nothing";
  return line.length > MAX_PRINTED ? `${line.slice(0, MAX_PRINTED)}…` : line;
}

const MAX_PRINTED = 60;
