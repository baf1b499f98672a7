/**
 * An export of one's own: which names led to which addresses, a line of JSON each, appended to FILE as
 * records come, until Ctrl-C. How far that is stands in FILE.position. Started again, it goes on there:
 * whatever ended it, each answer is in FILE once.
 *
 *     deno run --allow-read --allow-write examples/write_export.ts FOLDER FILE
 */
import { type FilePlace, messageOf, readRows, typeNumber, Where } from "@farcap/farcap/records";
import { DNSSchema } from "@farcap/farcap/schemas";

/** What comes of all records before these places is in the first bytes of the file, and nothing else. */
interface Position {
  readonly length: number;
  readonly places: Readonly<Record<string, FilePlace>>;
}

const [folder = "records", path = "names.ndjson"] = Deno.args;
const isAnswer = new Where("QR == true and ResponseCode == 0").bind(DNSSchema);
if ("problem" in isAnswer) throw new Error(isAnswer.problem);

const left = await readPosition();
let { length, places } = left ?? { length: 0, places: {} };
using file = await Deno.open(path, { create: true, read: true, write: true });
const { size } = await file.stat();
if (left ? size < length : size > 0) throw new Error(`${path} is not as it was left`);
await keepPosition({ length, places });
await file.truncate(length); // what stands behind comes again
await file.seek(length, Deno.SeekMode.Start);

const stop = new AbortController();
Deno.addSignalListener("SIGINT", () => stop.abort());
const steps = readRows([folder], {
  types: ["DNS"],
  filterOf: () => isAnswer.filter,
  follow: true,
  signal: stop.signal,
  places: new Map(Object.entries(places)),
});
for await (const step of steps) {
  if (step === "idle") continue; // there may be more later
  const { row, burst: { records, place } } = step;
  const lines = new TextEncoder().encode(records.map(linesOf).join(""));
  for (let at = 0; at < lines.length;) at += await file.write(lines.subarray(at));
  await file.syncData();
  length += lines.length;
  if (place) places = { ...places, [row]: place };
  await keepPosition({ length, places });
}

function linesOf(bytes: Uint8Array): string {
  const record = messageOf({ type: typeNumber("DNS"), bytes }, DNSSchema);
  if (!record) return ""; // it is damaged
  const at = new Date(Number(record.Timestamp / 1_000_000n)).toISOString();
  const text = new TextDecoder();
  return record.Answers.filter(({ IP }) => IP !== "")
    .map(({ Name, IP }) => `${JSON.stringify({ at, name: text.decode(Name), address: IP })}\n`)
    .join("");
}

async function readPosition(): Promise<Position | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(`${path}.position`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Either this one or the one before is there, whenever it ends. */
async function keepPosition(position: Position): Promise<void> {
  await Deno.writeTextFile(`${path}.position.new`, JSON.stringify(position));
  await Deno.rename(`${path}.position.new`, `${path}.position`);
}
