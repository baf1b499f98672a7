import { CaptureError } from "../base/errors.ts";
import type { CaptureCounts } from "./capture_counts.ts";
import { readCapture } from "./capture_file_io.ts";
import { listFolder, peekInOrder } from "./capture_folder_io.ts";
import { filterPackets } from "./file_filter_io.ts";
import type { PacketHandler } from "./packet_handler.ts";
import { watchFolder } from "./watch_folder_io.ts";
import type { WatchOptions } from "./watched_files.ts";

/** What is to be read besides interfaces. */
export interface Sources {
  /** Capture files and folders of them, to read one after another; `-` is standard input. */
  readonly sources: readonly string[];
  /** A folder to watch behind them. */
  readonly watch?: WatchOptions;
  /** Which packets to read, in the language of pcap-filter(7); all when it is empty. */
  readonly filter?: string;
}

/** How it is read. */
export interface SourceReading {
  /** Called and awaited after each chunk of a capture. */
  readonly afterChunk: () => Promise<void>;
  /** Where chunks of captures are read to; without it, buffers of their own. */
  readonly buffer?: Uint8Array<ArrayBuffer>;
  readonly counts: CaptureCounts;
  /** Hands over all that was made of the packets so far. */
  readonly handOver: () => Promise<void>;
  /** Told of bytes of the sources that were read. */
  readonly onRead?: (bytes: number) => void;
  /** Told why a source was not read to its end. */
  readonly onProblem: (problem: CaptureError) => void;
  readonly replaySpeed: number;
  /** Told one line about what happens. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Reads the sources; what is wrong with one does not keep the next ones from being read. */
export async function readSources(
  { sources, watch, filter = "" }: Sources,
  handler: PacketHandler,
  reading: SourceReading,
): Promise<void> {
  if (sources.length === 0 && !watch) return;
  await orProblem(reading, async () => {
    const filtered = filter === "" ? handler : filterPackets(filter, handler, reading.counts);
    for (const source of sources) {
      if (reading.signal.aborted) return;
      await orProblem(reading, () => readSource(source, filtered, reading));
    }
    if (watch && !reading.signal.aborted) await watchFolder(watch, filtered, reading);
  });
}

async function readSource(
  source: string,
  handler: PacketHandler,
  reading: SourceReading,
): Promise<void> {
  const isFolder = source !== "-" &&
    await Deno.stat(source).then(({ isDirectory }) => isDirectory, () => false);
  if (!isFolder) return await readCapture(source, handler, reading);
  const peeks = await peekInOrder(source, (await listFolder(source)).keys());
  const captures = peeks.filter(({ isCapture }) => isCapture);
  const others = peeks.filter(({ isCapture }) => !isCapture);
  const folder = JSON.stringify(source);
  if (captures.length === 0) {
    const message = `Cannot read folder ${folder}: there is no capture file in it`;
    throw new CaptureError("not-a-capture", message);
  }
  const passed = others.length === 0
    ? ""
    : `, ${others.length} other than captures passed over: ${
      others.map(({ name }) => JSON.stringify(name)).join(", ")
    }`;
  reading.say(
    `reading folder ${folder}: ${captures.length} captures by the time of their first packets${passed}`,
  );
  for (const { path } of captures) {
    if (reading.signal.aborted) return;
    await orProblem(reading, () => readCapture(path, handler, reading));
  }
}

async function orProblem({ onProblem }: SourceReading, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    onProblem(error);
  }
}
