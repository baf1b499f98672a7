/** What a pipeline delivers, and sources for it. */
import { assert, assertEquals } from "@std/assert";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { walkRecords } from "../../lib/base/record/delimited.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { decoderNames } from "../../lib/decode/select_decoders.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import type { PipelineOptions, PipelineReport } from "../../lib/gather/pipeline_options.ts";

export const OFFICE = `${import.meta.dirname}/../captures/office.pcap`;
/** As its list in tests/captures says. */
export const OFFICE_PACKETS = 657;
const PCAP_HEADER_BYTES = 24;

/** Long enough that no batch ever is old. */
export const NEVER_MS = 3_600_000;

/** Every type, as the sensor asks for it by default; `sources` and what else differs are given. */
export function optionsFor(
  sources: readonly string[],
  others: Partial<PipelineOptions> = {},
): PipelineOptions {
  return {
    sources,
    replaySpeed: 0,
    types: decoderNames(DECODERS).map(typeNumber),
    records: { payload: false, context: true, entropy: false },
    maxBatchBytes: 10_240,
    flushIntervalMs: NEVER_MS,
    maxQueueBytes: Infinity,
    ...others,
  };
}

/** Copies of the batches that a pipeline delivered, in their order. */
export class Gathered {
  readonly batches: Batch[] = [];

  /** Copies the batches, since their buffers are not ours for long; each must hold what it says. */
  add(batches: readonly Batch[]): void {
    assert(batches.length > 0, "no delivery is empty");
    for (const { type, count, data } of batches) {
      const framing = walkRecords(data, () => {});
      assertEquals(framing, { count, end: data.length });
      assert(count > 0, "no batch is empty");
      this.batches.push({ type, count, data: data.slice() });
    }
  }

  /** Records by type, for comparison with the report's `made`. */
  get counts(): Map<number, number> {
    const counts = new Map<number, number>();
    for (const { type, count } of this.batches) counts.set(type, (counts.get(type) ?? 0) + count);
    return counts;
  }

  /** All records of a type, framed. */
  dataOf(type: number): Uint8Array {
    return concat(this.batches.filter((batch) => batch.type === type).map(({ data }) => data));
  }
}

/** Asserts that every record made was delivered, and every packet read was decoded. */
export function assertConserved({ capture, dissect, made }: PipelineReport, gathered: Gathered) {
  const sorted = (counts: ReadonlyMap<number, number>) => [...counts].sort(([a], [b]) => a - b);
  assertEquals(sorted(made), sorted(gathered.counts));
  assertEquals(dissect.packets, capture.delivered);
  const others = [dissect.failed, dissect.unknown].flatMap((counts) => Object.values(counts));
  assertEquals(dissect.packets, others.reduce((sum, count) => sum + count, dissect.decoded));
}

/** Writes a capture that holds the office's packets several times. */
export async function writeLongCapture(path: string, times: number): Promise<void> {
  const office = await Deno.readFile(OFFICE);
  const packets = office.subarray(PCAP_HEADER_BYTES);
  using file = await Deno.open(path, { write: true, create: true });
  await writeAll(file, office);
  for (let time = 1; time < times; time++) await writeAll(file, packets);
}

/** Writes all of the bytes. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

/** Makes a named pipe: a source that is quiet until something is written. */
export async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert(success, "mkfifo");
}
