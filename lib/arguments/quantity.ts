/** Numbers with a unit: how people write them, and how messages and documents do. */

/** A kind of number that has a unit. */
export interface Quantity {
  /** What a value is called in the usage text: `SIZE`. */
  readonly value: string;
  /** What is wanted in place of a text that is none. */
  readonly what: string;
  /** How values are written, for the end of a sentence. */
  readonly examples: string;
  /** The number that a text means, in the kind's unit; undefined for a text that means none. */
  parse(text: string): number | undefined;
  /** The shortest text that means exactly this number. */
  format(value: number): string;
}

const NUMBER = String.raw`\+?(\d+\.?\d*|\.\d+)`;

/**
 * As GNU's programs write them: a letter alone (tcpdump's -C and curl's --limit-rate have it so, too)
 * and with `iB` is a power of 1024, with `B` one of 1000. The first name of each is the one to write.
 */
const BYTE_UNITS: readonly (readonly [number, ...string[]])[] = [
  [2 ** 50, "P", "p", "PiB"],
  [2 ** 40, "T", "t", "TiB"],
  [2 ** 30, "G", "g", "GiB"],
  [2 ** 20, "M", "m", "MiB"],
  [2 ** 10, "K", "k", "KiB"],
  [1e15, "PB"],
  [1e12, "TB"],
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB", "KB"],
  [1, "", "B"],
];
const BYTES_BY_UNIT = new Map(
  BYTE_UNITS.flatMap(([bytes, ...names]) => names.map((name) => [name, bytes] as const)),
);
const SIZE = new RegExp(`^${NUMBER}([A-Za-z]*)$`);

/** Bytes. `mb` and `Mb`, which may be bits, are refused; a part of a byte is left out. */
export const SIZE_QUANTITY: Quantity = {
  value: "SIZE",
  what: "a size",
  examples: "64M or 64MiB (of 1024), 64MB (of 1000)",
  parse(text) {
    const [, amount, unit] = SIZE.exec(text) ?? [];
    const unitBytes = BYTES_BY_UNIT.get(unit ?? "");
    if (amount === undefined || unitBytes === undefined) return undefined;
    const bytes = Number(amount) * unitBytes;
    return unitBytes > 1 ? Math.floor(bytes) : Number.isInteger(bytes) ? bytes : undefined;
  },
  format(bytes) {
    if (bytes === 0) return "0";
    const texts = BYTE_UNITS.filter(([unitBytes]) => bytes % unitBytes === 0)
      .map(([unitBytes, name]) => `${bytes / unitBytes}${name}`);
    return texts.reduce((shortest, text) => text.length < shortest.length ? text : shortest);
  },
};

/** Bytes per second: a size, with `/s` behind it or not. */
export const RATE_QUANTITY: Quantity = {
  value: "RATE",
  what: "bytes per second",
  examples: "10M or 10MiB/s (of 1024), 10MB/s (of 1000)",
  parse: (text) => SIZE_QUANTITY.parse(text.replace(/\/s$/, "")),
  format: (rate) =>
    rate === 0 ? "0" : `${SIZE_QUANTITY.format(rate)}/s`.replace(/^(\d+)\//, "$1B/"),
};

/** The biggest come first, without those below a millisecond, which are only read. */
const TIME_UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1000, "s"],
  [1, "ms"],
] as const;
const MS_BY_UNIT = new Map<string, number>([
  ...TIME_UNITS.map(([ms, name]) => [name, ms] as const),
  ["ns", 1e-6],
  ["us", 1e-3],
  ["µs", 1e-3], // U+00B5, micro sign
  ["μs", 1e-3], // U+03BC, Greek letter mu
]);
const DURATION_PART = String.raw`(\d+\.?\d*|\.\d+)(d|h|ms|m|s|ns|us|µs|μs)`;
const DURATION = new RegExp(`^\\+?(${DURATION_PART})+$`);

/** Milliseconds, written as Go's time.ParseDuration reads it, and with days. */
export const DURATION_QUANTITY: Quantity = {
  value: "DURATION",
  what: "a time",
  examples: "100ms, 90s, 1m30s or 1d12h",
  parse(text) {
    if (/^\+?0$/.test(text)) return 0;
    if (!DURATION.test(text)) return undefined;
    let total = 0;
    for (const [, amount, unit] of text.matchAll(new RegExp(DURATION_PART, "g"))) {
      total += Number(amount) * MS_BY_UNIT.get(unit!)!;
    }
    return total;
  },
  format(value) {
    let rest = value;
    let text = "";
    for (const [ms, name] of TIME_UNITS) {
      const count = Math.floor(rest / ms);
      if (count > 0) text += `${count}${name}`;
      rest -= count * ms;
    }
    return text || "0";
  },
};

/** Whole days. */
export const DAYS_QUANTITY: Quantity = {
  value: "DAYS",
  what: "whole days",
  examples: "30 or 30d",
  parse: (text) => /^\+?\d+d?$/.test(text) ? Number(text.replace("d", "")) : undefined,
  format: (days) => `${days}d`,
};
