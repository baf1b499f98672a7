import type { RecordSchema } from "../base/record/schema_types.ts";
import { TopValues } from "../write/query/top_values.ts";
import { valueText } from "../write/read/value_text.ts";
import type { Question } from "./questions.ts";
import { type Extent, readSome } from "./read_some_io.ts";

/** What is ranked, with the fields of `Connection` by which that is; as commands name them. */
export const RANKINGS = {
  clients: ["SrcIP"],
  servers: ["DstIP"],
  services: ["TransportProto", "DstPort"],
  protocols: ["ApplicationProto"],
} as const;

/** What the page tells of connections. */
export interface Traffic extends Extent {
  /** By ranking, the values that have most, and how much that is. */
  readonly rankings: Readonly<Record<string, readonly (readonly [string, number])[]>>;
}

const SHOWN = 10;
/** Of a ranking, what is told apart: some 10 MB. */
const LIMITS = { maxKeys: 1 << 17, maxBytes: 1 << 22 };
const READING = { types: ["Connection"], maxRecords: 2_000_000 };

/** Reads the connections of a span and ranks them, as `-dump -count -by` does, in bounded time. */
export async function readTraffic(
  out: string,
  question: Question & { readonly kind: "traffic" },
): Promise<Traffic> {
  const sum = question.by === "bytes" ? "TotalSize" : undefined;
  const all = Object.entries(RANKINGS)
    .map(([name, fields]) => ({ name, values: new TopValues(fields, sum, LIMITS) }));
  const bound = new Map<RecordSchema, ReturnType<typeof countersOf>>();
  const extent = await readSome(out, question, READING, ({ schema, records }) => {
    const counters = bound.get(schema) ?? countersOf(all, schema);
    bound.set(schema, counters);
    for (const record of records) {
      for (const count of counters) count(record, 0, record.length);
    }
  });
  const rankings = all.map(({ name, values }) => {
    const { fields, top } = values.top(SHOWN);
    const texts = fields.map((field) => valueText(field, String));
    const words = (all: readonly unknown[]) =>
      all.map((value, n) => texts[n]!.print(value)).join(" ");
    return [name, top.map(({ values, count }) => [words(values), count] as const)] as const;
  });
  return { rankings: Object.fromEntries(rankings), ...extent };
}

function countersOf(all: readonly { readonly values: TopValues }[], schema: RecordSchema) {
  return all.flatMap(({ values }) => {
    const binding = values.bind(schema);
    return "count" in binding ? [binding.count] : [];
  });
}
