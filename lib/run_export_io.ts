import type { DescMessage } from "@bufbuild/protobuf";
import { counted, countedAre } from "./base/text/counted.ts";
import { ConfigError, FarcapError } from "./base/errors.ts";
import { terminalText } from "./base/text/escape_text.ts";
import { parseMessage } from "./base/record/parse_message.ts";
import { ExportFolder } from "./write/export/export_folder_io.ts";
import { EXPORT_FORMATS } from "./write/export/export_formats.ts";
import type { ExportOptions } from "./write/export/export_options.ts";
import type { ExportSink } from "./write/export/export_sink.ts";
import { exportTarget } from "./write/export/export_target.ts";
import { openSink } from "./write/export/open_sink_io.ts";
import { DENO_FILES } from "./write/files/deno_files_io.ts";
import type { EngineOptions } from "./write/nats/engine_access.ts";
import type { FilePlace, PlacedBurst } from "./write/read/record_burst.ts";
import { readRows, type RowOptions } from "./write/read/read_rows_io.ts";
import type { Output } from "./write/read/text_output_io.ts";
import { TypeBindings } from "./write/read/type_bindings.ts";

/** What an export needs besides its options. */
export interface ExportSurroundings {
  /** Ends the export, also one that follows its files. */
  readonly signal?: AbortSignal;
  /** Says a line on standard error, or where the caller wants it. */
  readonly say?: (line: string) => void;
  /** What is standard output; by default this process's. */
  readonly output?: Output;
  /** Where the stream is that is read in place of files. */
  readonly engine?: EngineOptions | undefined;
}

/** How an export ended: 0 all that was there is written; 1 some of it is damaged, or cannot be read or written; 2 it cannot be done so. */
export type ExportCode = 0 | 1 | 2;

/**
 * Writes records as others read them, and how far it is when that is durable: another run goes on there.
 */
export async function runExport(
  options: ExportOptions,
  { signal, say = console.error, output = Deno.stdout, engine }: ExportSurroundings = {},
): Promise<ExportCode> {
  const tell = (line: string) => say(terminalText(line));
  try {
    const target = exportTarget(options.format, options.out);
    if ("problem" in target) throw new ConfigError("usage", target.problem);
    const path = target.kind === "folder" ? target.path : options.position;
    using folder = path === undefined
      ? undefined
      : await ExportFolder.open(DENO_FILES, path, options.format);
    const sink = await openSink(options, target, {
      state: folder?.position?.sink,
      ...{ output, signal, say: tell },
    });
    try {
      return await new Export(options, folder, sink, tell, engine).run(signal);
    } finally {
      sink.close();
    }
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) return 0; // nobody reads on
    if (!(cause instanceof FarcapError)) throw cause;
    tell(cause.message);
    return cause instanceof ConfigError && cause.code === "usage" ? 2 : 1;
  }
}

class Export {
  readonly #options: ExportOptions;
  /** Where the position is kept, if anywhere. */
  readonly #folder: ExportFolder | undefined;
  readonly #sink: ExportSink;
  readonly #say: (line: string) => void;
  readonly #engine: EngineOptions | undefined;
  readonly #rows: Map<string, FilePlace>;
  readonly #bindings: TypeBindings;
  readonly #broken = new Map<string, number>();
  #records: number;
  #isDamaged = false;
  /** Whether there is something that the position does not tell yet, and since when. */
  #isAhead = true;
  /** Whether all that has been taken lies before a place that is known. */
  #isAtPlace = true;
  #committedAt = performance.now();

  constructor(
    options: ExportOptions,
    folder: ExportFolder | undefined,
    sink: ExportSink,
    say: (line: string) => void,
    engine: EngineOptions | undefined,
  ) {
    this.#options = options;
    this.#engine = engine;
    this.#folder = folder;
    this.#sink = sink;
    this.#say = say;
    this.#rows = new Map(folder?.position?.rows);
    this.#records = folder?.position?.records ?? 0;
    this.#bindings = new TypeBindings(options.where);
  }

  async run(signal: AbortSignal | undefined): Promise<ExportCode> {
    const before = this.#records;
    // The folder is this export's from now on, whatever happens.
    if (this.#folder?.position === undefined) await this.#commit();
    const { everyMs = EXPORT_FORMATS[this.#options.format].everyMs, out } = this.#options;
    for await (const step of this.#steps(signal)) {
      if (step !== "idle") await this.#take(step.row, step.burst);
      const isDue = performance.now() - this.#committedAt >= everyMs;
      if (!this.#isAhead || !this.#isAtPlace) continue;
      if (isDue || this.#sink.isFull) await this.#commit();
    }
    const goesOnLater = this.#folder !== undefined &&
      (this.#options.follow || signal?.aborted === true);
    if (!goesOnLater && this.#sink.end !== undefined) {
      this.#sink.end();
      this.#isAhead = true;
    }
    await this.#sink.finish?.();
    if (this.#isAhead) await this.#commit();
    this.#tellLeftOut();
    for (const [row, count] of this.#broken) {
      this.#say(`${row}: ${countedAre(count, "record")} damaged and left out`);
    }
    const records = this.#records - before;
    const { lines = records } = this.#sink;
    const as = lines === records ? "" : ` as ${counted(lines, "line")}`;
    const to = out === "-" ? "standard output" : out;
    this.#say(`exported ${counted(records, "record")}${as} to ${to}`);
    return this.#isDamaged || this.#broken.size > 0 ? 1 : 0;
  }

  async #take(
    row: string,
    { schema, client = "", records, problems, place }: PlacedBurst,
  ): Promise<void> {
    for (const record of records) {
      const message = parseMessage(schema, record);
      if (message === undefined) {
        this.#broken.set(row, (this.#broken.get(row) ?? 0) + 1);
        continue;
      }
      this.#records++;
      if (this.#sink.add({ schema, client, message }, record.length)) await this.#sink.flush();
    }
    for (const { code, message } of problems) {
      this.#say(`${row}: ${message}`);
      this.#isDamaged ||= code === "damaged";
    }
    this.#isAhead = true;
    this.#isAtPlace = place !== undefined;
    if (place) this.#rows.set(row, place);
  }

  async #commit(): Promise<void> {
    const { format } = this.#options;
    const sink = await this.#sink.commit();
    await this.#folder?.keep({ format, records: this.#records, rows: this.#rows, sink });
    await this.#sink.committed();
    this.#isAhead = false;
    this.#committedAt = performance.now();
    this.#tellLeftOut();
  }

  async *#steps(signal: AbortSignal | undefined): ReturnType<typeof readRows> {
    const { paths, types, clients, from, to, follow } = this.#options;
    const isTaken = (schema: DescMessage) =>
      this.#sink.takes(schema) && this.#bindings.of(schema) !== undefined;
    const wanted: RowOptions = {
      ...{ types, clients, from, to, follow, signal },
      places: this.#rows,
      byTime: this.#sink.isByTime,
      filterOf: (schema) => this.#bindings.of(schema)?.filter,
      isWanted: ({ schema }, isOfType) => isOfType && isTaken(schema),
      onNotice: this.#say,
      onUnreadable: ({ message }) => {
        this.#say(message);
        this.#isDamaged = true;
      },
    };
    if (!this.#engine) return yield* readRows(paths, wanted);
    const { readStreamRows } = await import("./write/nats/stream_rows_io.ts");
    yield* readStreamRows(this.#engine, wanted);
  }

  #tellLeftOut(): void {
    const line = this.#bindings.leftOut();
    if (line !== undefined) this.#say(line);
  }
}
