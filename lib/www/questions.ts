import type { TimeSpan } from "../base/time_span.ts";

/** What the page asks of stored records. */
export type Question =
  | (Asked & { readonly kind: "ledger" })
  | (Asked & { readonly kind: "traffic"; readonly by: "bytes" | "connections" })
  | (Asked & { readonly kind: "devices" });

interface Asked {
  /** Only this sensor; empty for all. */
  readonly client: string;
  readonly span: Required<TimeSpan>;
}

/** No longer span is looked at. */
const MAX_SPAN_MS = 31 * 86_400_000;

/**
 * Reads a question out of the path and the query of a request: `from` and `to` in seconds since 1970;
 * undefined for one that is none.
 */
export function parseQuestion(path: string, query: URLSearchParams): Question | undefined {
  const client = query.get("client") ?? "";
  const [from = NaN, to = NaN] = ["from", "to"].map((name) => parseSeconds(query.get(name)));
  if (!(from < to) || (to - from) * 1000 > MAX_SPAN_MS) return undefined;
  const span = { from: nanos(from), to: nanos(to) };
  switch (path) {
    case "/api/ledger":
      return { kind: "ledger", client, span };
    case "/api/devices":
      return { kind: "devices", client, span };
    case "/api/traffic":
      return {
        kind: "traffic",
        client,
        span,
        by: query.get("by") === "bytes" ? "bytes" : "connections",
      };
    default:
      return undefined;
  }
}

function parseSeconds(text: string | null): number {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : NaN;
}

function nanos(seconds: number): bigint {
  return BigInt(seconds) * 1_000_000_000n;
}
