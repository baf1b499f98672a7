import type { RecordSchema } from "../base/schema_types.ts";
import { TopValues } from "../write/query/top_values.ts";
import { readSteps } from "../write/read/read_records_io.ts";
import { valueText } from "../write/read/value_text.ts";
import type { Question } from "./questions.ts";

/** What is ranked, with the fields of `Connection` by which that is; as commands name them. */
export const RANKINGS = {
  clients: ["SrcIP"],
  servers: ["DstIP"],
  services: ["TransportProto", "DstPort"],
  protocols: ["ApplicationProto"],
} as const;

/** What the page tells of connections. */
export interface Traffic {
  /** By ranking, the values that have most, and how much that is. */
  readonly rankings: Readonly<Record<string, readonly (readonly [string, number])[]>>;
  /** How many records were looked at. */
  readonly records: number;
  /** Whether that was not all, since it took too long. */
  readonly isCut: boolean;
}

const SHOWN = 10;
/** Of a ranking, what is told apart: some 10 MB. */
const LIMITS = { maxKeys: 1 << 17, maxBytes: 1 << 22 };
const MAX_RECORDS = 2_000_000;
const MAX_MS = 8_000;

/** Reads the connections of a span and ranks them, as `-dump -count -by` does, in bounded time. */
export async function readTraffic(
  out: string,
  { client, span, by }: Question & { readonly kind: "traffic" },
): Promise<Traffic> {
  const sum = by === "bytes" ? "TotalSize" : undefined;
  const all = Object.entries(RANKINGS)
    .map(([name, fields]) => ({ name, values: new TopValues(fields, sum, LIMITS) }));
  const endMs = performance.now() + MAX_MS;
  const bound = new Map<RecordSchema, ReturnType<typeof countersOf>>();
  let records = 0;
  let isCut = false;
  const steps = readSteps(out, {
    ...{ types: ["Connection"], order: "none" as const, ...span, onUnreadable: () => {} },
    ...(client !== "" && { clients: [client] }),
  });
  for await (const step of steps) {
    if (step === "idle") continue;
    const counters = bound.get(step.schema) ?? countersOf(all, step.schema);
    bound.set(step.schema, counters);
    for (const record of step.records) {
      for (const count of counters) count(record, 0, record.length);
    }
    records += step.records.length;
    isCut = records >= MAX_RECORDS || performance.now() > endMs;
    if (isCut) break;
  }
  const rankings = all.map(({ name, values }) => {
    const { fields, top } = values.top(SHOWN);
    const texts = fields.map((field) => valueText(field, String));
    const words = (all: readonly unknown[]) =>
      all.map((value, n) => texts[n]!.print(value)).join(" ");
    return [name, top.map(({ values, count }) => [words(values), count] as const)] as const;
  });
  return { rankings: Object.fromEntries(rankings), records, isCut };
}

function countersOf(all: readonly { readonly values: TopValues }[], schema: RecordSchema) {
  return all.flatMap(({ values }) => {
    const binding = values.bind(schema);
    return "count" in binding ? [binding.count] : [];
  });
}
