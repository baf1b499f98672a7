import { readSteps } from "../write/read/read_records_io.ts";
import type { RecordBurst } from "../write/read/record_burst.ts";
import { newestOf } from "./newest_io.ts";
import type { Question } from "./questions.ts";

/** How much was read, and what could not be. */
export interface Extent {
  /** How many records were looked at. */
  readonly records: number;
  /** Whether that was not all, since it took too long. */
  readonly isCut: boolean;
  /** Files of which records are missing, a line each; the first of them. */
  readonly problems: readonly string[];
  /** When the newest is of, ms since 1970, where there was none of the span but of another. */
  readonly newest?: number;
}

const MAX_MS = 8_000;
const MAX_PROBLEMS = 20;

/**
 * Reads records of these types that a question is about, in bounded time. What ends too early may still
 * be written, and is no problem.
 */
export async function readSome(
  out: string,
  { client, span }: Question,
  { types, maxRecords }: { readonly types: readonly string[]; readonly maxRecords: number },
  take: (burst: RecordBurst) => void,
): Promise<Extent> {
  const endMs = performance.now() + MAX_MS;
  const problems = new Set<string>();
  const tell = (line: string) => problems.size < MAX_PROBLEMS && problems.add(line);
  let records = 0;
  let isCut = false;
  const steps = readSteps(out, {
    ...{ types, order: "none" as const, ...span, onUnreadable: ({ message }) => tell(message) },
    ...(client !== "" && { clients: [client] }),
  });
  for await (const step of steps) {
    if (step === "idle") continue;
    take(step);
    for (const { code, message } of step.problems) {
      if (code === "damaged") tell(`${step.path}: ${message}`);
    }
    records += step.records.length;
    isCut = records >= maxRecords || performance.now() > endMs;
    if (isCut) break;
  }
  const newest = records === 0 ? await newestOf(out, client, types) : undefined;
  return { records, isCut, problems: [...problems], ...(newest !== undefined && { newest }) };
}
