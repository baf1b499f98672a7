import type { Log } from "../../base/program/log_io.ts";
import type { BatchPart } from "../../pack/packed_batch.ts";
import type { NumberedBatches, SpooledBatch } from "../../transport/sender/batch_spool.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { NEW } from "../files/small_file_io.ts";
import { newerFile, orSyncError, storeError } from "../files/store_error.ts";
import { kindOf, parseEntry, parseSegmentName, SEGMENT_HEADER } from "./segment.ts";
import { readFile, Segment } from "./segment_queue_io.ts";
import { parseState, type SpoolState } from "./spool_state.ts";

/** The file that tells which batches have numbers. */
export const STATE = "state";

/** What a run before this one has left in a spool. */
export interface Recovered {
  /** By priority, each in order. */
  readonly segments: ReadonlyMap<number, Segment[]>;
  readonly numbered: NumberedBatches | undefined;
  /** Whether the file tells of numbers, true or not. */
  readonly hasNumbers: boolean;
  readonly unsure: readonly BatchPart[];
  /** All entries up to this one are settled or dropped. */
  readonly settled: number;
  /** The highest entry that there is, or was. */
  readonly last: number;
}

/**
 * Looks at all that is in a spool's folder: what a crash tore is cut off, what is no file of a spool gets
 * another name, both are said; files of other names are not touched.
 *
 * @throws StoreError `newer-version` when a newer build has written there.
 */
export async function recoverSpool(layer: FileLayer, folder: string, log: Log): Promise<Recovered> {
  const state = await readState(layer, folder, log);
  const { settled, numbered } = state;
  const survey = await surveySegments(layer, folder, state, log);
  if (!numbered) return { ...survey, numbered, hasNumbers: false, unsure: [], settled };
  const { session, first, entries } = numbered;
  const batches = survey.numbered.sort((a, b) => a.entry - b.entry);
  if (batches.length === entries.length) {
    return {
      ...survey,
      numbered: { session, first, batches },
      hasNumbers: true,
      unsure: [],
      settled,
    };
  }
  log.problem(
    "numbered",
    `${entries.length - batches.length} batches in "${folder}" that may have been sent are gone: ` +
      `the other ${batches.length} may be stored twice`,
  );
  const unsure = batches.flatMap(({ parts }) => parts);
  const again = await surveySegments(layer, folder, { settled }, log);
  return { ...again, numbered: undefined, hasNumbers: true, unsure, settled };
}

interface Survey {
  readonly segments: Map<number, Segment[]>;
  /** The batches that have numbers. */
  readonly numbered: SpooledBatch[];
  last: number;
}

async function surveySegments(
  layer: FileLayer,
  folder: string,
  { settled, numbered }: SpoolState,
  log: Log,
): Promise<Survey> {
  const withNumber = new Set(numbered?.entries);
  const through = numbered?.entries.at(-1) ?? settled;
  const survey: Survey = { segments: new Map(), numbered: [], last: through };
  for (const name of (await layer.readFolder(folder)).sort()) {
    const parsed = parseSegmentName(name);
    if (!parsed) continue;
    const { entry, priority } = parsed;
    const segment = await openSegment(layer, folder, name, entry, log, (batch, end, segment) => {
      if (batch.entry > through) return;
      segment.read(end, batch.parts);
      if (withNumber.has(batch.entry)) survey.numbered.push(batch);
    });
    if (!segment) continue;
    survey.last = Math.max(survey.last, segment.last);
    survey.segments.set(priority, [...survey.segments.get(priority) ?? [], segment]);
  }
  return survey;
}

/** A segment with all that is whole in it; undefined when nothing is. */
async function openSegment(
  layer: FileLayer,
  folder: string,
  name: string,
  first: number,
  log: Log,
  onBatch: (batch: SpooledBatch, end: number, segment: Segment) => void,
): Promise<Segment | undefined> {
  const path = `${folder}/${name}`;
  const stat = await layer.stat(path);
  if (!stat) return undefined;
  const isFile = stat.kind === "file";
  const bytes = isFile ? await readFile(layer, path, 0, stat.size) : new Uint8Array(0);
  const kind = isFile ? kindOf(bytes) : "foreign";
  if (kind === "newer") throw newerFile(path, `use "${path}"`);
  if (kind === "foreign") {
    await layer.rename(path, `${path}.foreign`);
    log.problem(path, `"${path}" is no file of a spool: it is "${name}.foreign" now`);
    return undefined;
  }
  const segment = new Segment(path, first - 1);
  while (kind === "segment") {
    const read = parseEntry(bytes, segment.length);
    if (!read || read.batch.entry <= segment.last) break;
    const { batch, end } = read;
    segment.add(batch.entry, end, batch.parts);
    onBatch(batch, end, segment);
  }
  const lost = bytes.length - segment.length;
  if (lost > 0) {
    log.problem(path, `The last ${lost} bytes of "${path}" are no whole batch: they are cut off`);
  }
  if (segment.length === SEGMENT_HEADER.length) {
    await layer.remove(path);
    return undefined;
  }
  if (lost > 0) await cut(layer, path, segment.length);
  return segment;
}

async function cut(layer: FileLayer, path: string, length: number): Promise<void> {
  const file = await layer.open(path, "update");
  try {
    await file.truncate(length);
    await orSyncError(path, file.sync());
  } catch (cause) {
    throw storeError(`cut "${path}"`, cause);
  } finally {
    file.close();
  }
}

async function readState(layer: FileLayer, folder: string, log: Log): Promise<SpoolState> {
  const path = `${folder}/${STATE}`;
  if (await layer.stat(path + NEW)) await layer.remove(path + NEW);
  const stat = await layer.stat(path);
  if (!stat) return { settled: 0 };
  const state = stat.kind === "file"
    ? parseState(await readFile(layer, path, 0, stat.size))
    : undefined;
  if (state === "newer") throw newerFile(path, `use "${path}"`);
  if (state) return state;
  log.problem(path, `"${path}" is damaged: what was sent before may be stored twice`);
  return { settled: 0 };
}
