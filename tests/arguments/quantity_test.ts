import { assert, assertEquals } from "@std/assert";
import {
  DAYS_QUANTITY,
  DURATION_QUANTITY,
  type Quantity,
  RATE_QUANTITY,
  SIZE_QUANTITY,
} from "../../lib/arguments/quantity.ts";

function reads({ parse }: Quantity, cases: Readonly<Record<string, number>>): void {
  for (const [text, value] of Object.entries(cases)) assertEquals(parse(text), value, text);
}

function refuses({ parse }: Quantity, texts: readonly string[]): void {
  for (const text of texts) assertEquals(parse(text), undefined, text);
}

// Expected values: numfmt of GNU coreutils 9.1, `numfmt --from=iec`, `--from=iec-i`, `--from=si`.
Deno.test("sizes: a letter alone and iB are of 1024, B of 1000", () => {
  reads(SIZE_QUANTITY, {
    "0": 0,
    "65536": 65_536,
    "+1": 1,
    "512B": 512,
    "64K": 65_536,
    "64k": 65_536,
    "64KiB": 65_536,
    "64kB": 64_000,
    "64KB": 64_000,
    "64M": 67_108_864,
    "64m": 67_108_864,
    "64MiB": 67_108_864,
    "64MB": 64_000_000,
    "1G": 1_073_741_824,
    "1GB": 1_000_000_000,
    "2T": 2_199_023_255_552,
    "2TiB": 2_199_023_255_552,
    "2TB": 2_000_000_000_000,
    "1P": 1_125_899_906_842_624,
    "1.5G": 1_610_612_736,
    ".5K": 512,
    "0.0001K": 0,
  });
});

Deno.test("sizes: what may be bits, what is no whole byte, and what is no size is refused", () => {
  refuses(SIZE_QUANTITY, [
    ...["", "M", "-1", "1.5", "1.5B", "1e3", "0x10", "64 M", "64M ", "1M1", "1M1K", ".", ".K"],
    ...["64mb", "64Mb", "64kb", "64Mib", "64mib", "64Mbit", "64b", "64E", "64µ", "NaN", "Infinity"],
  ]);
});

Deno.test("rates are sizes with or without /s", () => {
  reads(RATE_QUANTITY, { "0": 0, "10M": 10_485_760, "10MB/s": 10_000_000, "10MiB/s": 10_485_760 });
  refuses(RATE_QUANTITY, ["10Mbps", "10Mbit/s", "10M/h", "/s", "10MB/ss", "10MB/s/s"]);
});

// Expected values: documentation and tests of Go's time.ParseDuration, which has no d.
Deno.test("durations are read as Go reads them, in milliseconds, and may have days", () => {
  reads(DURATION_QUANTITY, {
    "5s": 5000,
    "100ms": 100,
    "1m30s": 90_000,
    "24h0m0s": 86_400_000,
    "0": 0,
    "+5s": 5000,
    "5.s": 5000,
    ".5s": 500,
    "1.5h": 5_400_000,
    "100us": 0.1,
    "12µs": 0.012,
    "12μs": 0.012,
    "500000ns": 0.5,
    "10.5s4m": 250_500,
    "1d": 86_400_000,
    "1d12h": 129_600_000,
    "0.5d": 43_200_000,
  });
  refuses(DURATION_QUANTITY, [
    ...["", "3", "-", "s", ".", "-.", ".s", "+.s", "-5s", "1s ", "5 s", "1D", "1w", "5min", "1M"],
  ]);
});

Deno.test("days are whole", () => {
  reads(DAYS_QUANTITY, { "1": 1, "30": 30, "+30": 30, "30d": 30 });
  refuses(DAYS_QUANTITY, ["", "d", "1.5", "36h", "-1", "30 d", "30dd", "1e3"]);
});

Deno.test("a value is written in the fewest characters that mean it", () => {
  const written: readonly (readonly [Quantity, readonly (readonly [number, string])[]])[] = [
    [SIZE_QUANTITY, [
      ...[[0, "0"], [64, "64"], [65_507, "65507"], [10_240, "10K"], [262_144, "256K"]] as const,
      ...[[64 << 20, "64M"], [1_000_000, "1MB"], [2 ** 50, "1P"], [
        1.5 * 2 ** 30,
        "1536M",
      ]] as const,
    ]],
    [RATE_QUANTITY, [[0, "0"], [1, "1B/s"], [10_000_000, "10MB/s"], [10_000_000_000, "10GB/s"]]],
    [DURATION_QUANTITY, [
      ...[[0, "0"], [100, "100ms"], [90_000, "1m30s"], [3_600_000, "1h"]] as const,
      ...[[129_600_000, "1d12h"], [24 * 86_400_000, "24d"]] as const,
    ]],
    [DAYS_QUANTITY, [[1, "1d"], [36_500, "36500d"]]],
  ];
  for (const [quantity, cases] of written) {
    for (const [value, text] of cases) {
      assertEquals(quantity.format(value), text);
      assertEquals(quantity.parse(text), value, text);
    }
    assert(quantity.examples.split(/ or |, /).length > 1);
  }
});
