import { counted, ofOne } from "../../base/text/counted.ts";
import { escapeText } from "../../base/text/escape_text.ts";
import type { Cause, CauseKind } from "./cause.ts";
import type { ClientLedger } from "./client_account.ts";
import type { TypeLedger } from "./type_ledger.ts";

const COLUMNS: readonly (readonly [title: string, name: keyof TypeLedger])[] = [
  ["made", "made"],
  ["stored", "stored"],
  ["evicted", "evicted"],
  ["refused", "refused"],
  ["too large", "tooLarge"],
  ["unwanted", "unwanted"],
  ["held", "held"],
  ["expired", "expired"],
  ["lost", "lost"],
  ["unknown", "unknown"],
];

/** Columns that are there also where they have nothing. */
const ALWAYS: readonly (keyof TypeLedger)[] = ["made", "stored", "lost"];

/** Adds up what all clients miss, for the last line. */
export class LedgerTotal {
  /** What is missing, by reason. */
  readonly missing = new Map<CauseKind, number>();
  #clients = 0;
  #withoutBooks = 0;
  #stored = 0;

  /** Adds a client. */
  add({ types, causes, packets }: ClientLedger): void {
    this.#clients++;
    if (packets === undefined) this.#withoutBooks++;
    for (const { stored } of types.values()) this.#stored += stored;
    for (const { kind, count, isMissing } of causes) {
      if (isMissing) this.missing.set(kind, (this.missing.get(kind) ?? 0) + count);
    }
  }

  /** The line that says whether something is missing. */
  get line(): string {
    const is = this.#stored === 1 ? "is" : "are";
    const of = `${counted(this.#stored, "record")} of ${
      counted(this.#clients, "client")
    } ${is} stored`;
    const untold = `no books of ${counted(this.#withoutBooks, "client")}`;
    if (this.missing.size === 0) {
      return this.#withoutBooks === 0
        ? `ledger: nothing is missing; ${of}`
        : `ledger: nothing is known to be missing (${untold}); ${of}`;
    }
    const missing = [...this.missing].map(([kind, count]) =>
      count > 0 ? `${kind}: ${count}` : kind
    );
    return `ledger: missing (${missing.join(", ")}); ${of}`;
  }

  /** The same as JSON. */
  get json(): string {
    return JSON.stringify({
      row: "total",
      clients: this.#clients,
      withoutBooks: this.#withoutBooks,
      stored: this.#stored,
      missing: Object.fromEntries(this.missing),
    });
  }
}

/** The counts of a client by type, aligned, without columns that have nothing; then what its sensors saw. */
export function clientTable({ client, types, packets, unbooked }: ClientLedger): string {
  const sum = sumOf(types);
  const shown = COLUMNS.filter(([, name]) => ALWAYS.includes(name) || sum[name]);
  const cells = (ledger: TypeLedger) => shown.map(([, name]) => String(ledger[name] ?? "-"));
  const rows = [...types].map(([type, ledger]) => [type, ...cells(ledger)]);
  const all = [["", ...shown.map(([title]) => title)], ...rows, ["all", ...cells(sum)]];
  const widths = all[0]!.map((_cell, n) => Math.max(...all.map((row) => row[n]!.length)));
  const lines = all.map((row) =>
    row.map((cell, n) => n === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[n]!)).join("  ")
  );
  const seen = packets && Object.entries(packets)
    .filter(([name, count]) => count > 0 || (packets.Received > 0 && name.startsWith("Dropped")))
    .map(([name, count]) => `${words(name)}=${count}`);
  const batches = counted(unbooked, "batch", "batches");
  return [
    escapeText(client),
    ...lines.map((line) => `  ${line}`),
    ...(seen ? [`  packets: ${seen.join(" ")}`] : []),
    ...(unbooked > 0 ? [`  in no row of the collector's books: ${batches}`] : []),
    "",
  ].join("\n");
}

/** One line: when, who, how much, what. */
export function causeLine(
  client: string,
  { from, to, count, what }: Cause,
  time: (nanos: bigint) => string,
): string {
  const amount = count > 0 ? `${count} ` : "";
  const words = count === 1 ? ofOne(what) : what;
  return `${time(from)} to ${time(to)}  ${escapeText(client)}: ${amount}${words}\n`;
}

/** The books of a client as JSON, an object a line: its types, its packets, its causes. */
export function clientJson(ledger: ClientLedger, time: (nanos: bigint) => string): string {
  const { client, types, packets, causes, unbooked } = ledger;
  const rows: unknown[] = [...types].map(([type, of]) => ({ row: "type", client, type, ...of }));
  rows.push({ row: "client", client, unbooked, ...(packets && { packets }) });
  for (const { from, to, ...cause } of causes) {
    rows.push({ row: "cause", client, from: time(from), to: time(to), ...cause });
  }
  return rows.map((row) => JSON.stringify(row) + "\n").join("");
}

function sumOf(types: ClientLedger["types"]): TypeLedger {
  const sum: Partial<Record<keyof TypeLedger, number>> = {};
  for (const ledger of types.values()) {
    for (const [, name] of COLUMNS) {
      if (ledger[name] !== undefined) sum[name] = (sum[name] ?? 0) + ledger[name];
    }
  }
  return sum as TypeLedger;
}

/** `dropped by kernel` of `DroppedByKernel`, with `-` between. */
function words(name: string): string {
  return name.replaceAll(/(?<!^)([A-Z])/g, "-$1").toLowerCase();
}
