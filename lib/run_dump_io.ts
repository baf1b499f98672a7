import type { Header } from "../proto/gen/netcap_pb.ts";
import { countedAre } from "./base/text/counted.ts";
import { ConfigError, FarcapError } from "./base/errors.ts";
import { escapeText, terminalText } from "./base/text/escape_text.ts";
import { parseMessage } from "./base/record/parse_message.ts";
import { typeName } from "./base/record/record_types.ts";
import type { EngineOptions } from "./write/nats/engine_access.ts";
import { TopValues } from "./write/query/top_values.ts";
import { type Counted, countLines, fieldTexts } from "./write/read/count_format.ts";
import { FileCounts, isCountedByFile } from "./write/read/file_counts.ts";
import type { DumpOptions } from "./write/read/dump_options.ts";
import { LastRecords } from "./write/read/last_records.ts";
import { WINDOW_RECORDS } from "./write/read/merge_bursts.ts";
import { readSteps, type StepOptions } from "./write/read/read_records_io.ts";
import type { FileStart, RecordBurst } from "./write/read/record_burst.ts";
import { recordPrinter } from "./write/read/record_printer.ts";
import { STANDARD_INPUT } from "./write/read/record_sources_io.ts";
import { type Output, TextOutput } from "./write/read/text_output_io.ts";
import { formatTime } from "./write/read/time_text.ts";
import { TypeBindings } from "./write/read/type_bindings.ts";

/** What a dump needs besides its options. */
export interface DumpSurroundings {
  /** Ends the dump, also one that follows its files. */
  readonly signal?: AbortSignal;
  /** Says a line on standard error, or where the caller wants it. */
  readonly say?: (line: string) => void;
  /** Where the stream is that is read in place of files. */
  readonly engine?: EngineOptions | undefined;
}

/**
 * How a dump ended: 0 when it has printed something, also of files that end in the middle of a
 * record, which is said; 1 when some of what was asked for is damaged or cannot be read; 2 when it
 * cannot be printed so; 3 when nothing has fitted.
 */
export type DumpCode = 0 | 1 | 2 | 3;

/** Prints record files. It ends quietly when nobody reads the output any more. */
export async function runDump(
  options: DumpOptions,
  out: Output,
  { signal, say = console.error, engine }: DumpSurroundings = {},
): Promise<DumpCode> {
  const tell = (line: string) => say(terminalText(line));
  const dump = new Dump(options, new TextOutput(out), tell, { signal, engine });
  try {
    return await dump.run();
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) return 0; // nobody reads on
    if (!(cause instanceof FarcapError)) throw cause;
    say(terminalText(cause.message));
    return cause instanceof ConfigError && cause.code === "usage" ? 2 : 1;
  }
}

class Dump {
  readonly #options: DumpOptions;
  readonly #out: TextOutput;
  readonly #say: (line: string) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #engine: EngineOptions | undefined;
  readonly #values: TopValues | undefined;
  readonly #bindings: TypeBindings;
  #isDamaged = false;
  #late = 0;
  /** Records that have been printed, and those that are no messages, by file. */
  readonly #printed = new Map<string, number>();
  readonly #broken = new Map<string, number>();

  constructor(
    options: DumpOptions,
    out: TextOutput,
    say: (line: string) => void,
    { signal, engine }: Pick<DumpSurroundings, "signal" | "engine">,
  ) {
    this.#options = options;
    this.#out = out;
    this.#say = say;
    this.#signal = signal;
    this.#engine = engine;
    const { by, sum } = options;
    this.#values = by === undefined || by.every(isCountedByFile)
      ? undefined
      : new TopValues(by, sum);
    this.#bindings = new TypeBindings(options.where, this.#values);
  }

  async run(): Promise<DumpCode> {
    const { only, count, by } = this.#options;
    const printed = only !== undefined
      ? await this.#printOnly(only)
      : !count
      ? await this.#print()
      : by === undefined
      ? await this.#count()
      : await this.#countBy(by);
    await this.#out.flush();
    this.#tellLeftOut();
    for (const [path, count] of this.#broken) {
      this.#say(`${nameOf(path)}: ${countedAre(count, "record")} damaged and left out`);
    }
    if (this.#late > 0) {
      this.#say(
        `${countedAre(this.#late, "record")} out of order: later than what is looked ahead ` +
          `(${WINDOW_RECORDS} records)`,
      );
    }
    return this.#isDamaged || this.#broken.size > 0 ? 1 : printed > 0 ? 0 : 3;
  }

  /** Prints records; returns how many. */
  async #print(): Promise<number> {
    const { limit = Infinity, tail, follow = false } = this.#options;
    const printer = recordPrinter(this.#options);
    const last = tail === undefined ? undefined : new LastRecords(tail);
    let isHolding = last !== undefined;
    let printed = 0;

    let hasBegun = false;
    const print = async ({ path, client = "", schema, records }: RecordBurst) => {
      hasBegun = true;
      this.#out.add(printer.begin(schema));
      for (const record of records) {
        const message = parseMessage(schema, record);
        if (message === undefined) {
          addTo(this.#broken, path, 1);
          continue;
        }
        printed++;
        addTo(this.#printed, path, 1);
        if (this.#out.add(printer.record({ schema, client, message }))) await this.#out.flush();
        if (printed >= limit) return;
      }
    };
    const printLast = async () => {
      isHolding = false;
      for (const burst of last?.take() ?? []) await print(burst);
    };

    for await (const step of this.#steps({})) {
      if (step === "idle") {
        if (isHolding) await printLast();
        this.#out.add(printer.flush());
        await this.#out.flush();
        this.#tellLeftOut();
      } else {
        if (isHolding) last!.add(step);
        else await print(step);
        this.#late += step.late ?? 0;
        this.#tellProblems(step);
        // What is merged may come record by record; what is not, as it can be had.
        if (step.late === undefined) {
          if (follow) this.#out.add(printer.flush());
          await this.#out.flush();
        }
      }
      if (printed >= limit) break;
    }
    if (isHolding) await printLast();
    this.#tellLeftOut();
    if (hasBegun) this.#out.add(printer.end());
    return printed;
  }

  /** Prints how many records there are, and returns it. */
  async #count(): Promise<number> {
    let count = 0;
    for await (const step of this.#steps({ countOnly: true, order: "none" })) {
      if (step === "idle") continue;
      count += step.counted;
      addTo(this.#printed, step.path, step.counted);
      this.#tellProblems(step);
    }
    this.#tellLeftOut();
    this.#out.add(`${count}\n`);
    return count;
  }

  /** Prints how many records there are for each value; returns how many there are. */
  async #countBy(names: readonly string[]): Promise<number> {
    const { format, limit = Number.MAX_SAFE_INTEGER, sum } = this.#options;
    const ofFiles = this.#values === undefined ? new FileCounts(names) : undefined;
    let count = 0;
    for await (const step of this.#steps({ countOnly: ofFiles !== undefined, order: "none" })) {
      if (step === "idle") continue;
      const records = step.counted + step.records.length;
      count += records;
      addTo(this.#printed, step.path, records);
      this.#tellProblems(step);
      if (ofFiles !== undefined) {
        ofFiles.add(step, step.counted);
        continue;
      }
      const add = this.#bindings.of(step.schema)!.count!;
      for (const record of step.records) add(record, 0, record.length);
    }
    this.#tellLeftOut();
    this.#out.add(countLines(
      ...[names, this.#top(ofFiles, limit), format] as const,
      sum === undefined ? "count" : "sum",
    ));
    return count;
  }

  #top(ofFiles: FileCounts | undefined, limit: number): readonly Counted[] {
    if (ofFiles !== undefined) return ofFiles.top(limit);
    const { fields, top, distinct, other } = this.#values!.top(limit);
    if (other > 0) {
      this.#say(
        `${other} values are not counted apart: ${distinct} different ones came before them`,
      );
    }
    const textOf = fieldTexts(fields, this.#options);
    return top.map(({ values, count }) => textOf(values, count));
  }

  /** Prints the headers of files, or the columns of their type; returns how many. */
  async #printOnly(what: "header" | "fields"): Promise<number> {
    if (this.#engine) {
      const message = `Cannot print the ${what} of files that are none: wanted record files`;
      throw new ConfigError("usage", message);
    }
    const files: FileStart[] = [];
    const isWanted = (file: FileStart, isOfType: boolean) => {
      if (isOfType) files.push(file);
      return false;
    };
    for await (const _ of this.#steps({ order: "none", follow: false, isWanted }));
    const printer = recordPrinter(this.#options);
    for (const { path, header, schema } of files) {
      if (what === "fields") this.#out.add(printer.begin(schema));
      else this.#out.add(headerLines(header, files.length > 1 ? path : undefined));
    }
    return files.length;
  }

  async *#steps(options: StepOptions): ReturnType<typeof readSteps> {
    const { paths, types, clients, from, to, follow } = this.#options;
    const wanted: StepOptions = {
      ...{ types, clients, from, to, follow },
      signal: this.#signal,
      filterOf: (schema) => this.#bindings.of(schema)?.filter,
      isWanted: ({ schema }, isOfType) => isOfType && this.#bindings.of(schema) !== undefined,
      onNotice: this.#say,
      onUnreadable: ({ message }) => {
        this.#say(message);
        this.#isDamaged = true;
      },
      ...options,
    };
    if (!this.#engine) return yield* readSteps(paths, wanted);
    const { readStreamSteps } = await import("./write/nats/stream_rows_io.ts");
    yield* readStreamSteps(this.#engine, wanted);
  }

  #tellProblems({ path, problems }: RecordBurst): void {
    for (const { code, message } of problems) {
      this.#say(`${nameOf(path)}: read ${this.#printed.get(path) ?? 0} records; ${message}`);
      this.#isDamaged ||= code === "damaged";
    }
  }

  #tellLeftOut(): void {
    const line = this.#bindings.leftOut();
    if (line !== undefined) this.#say(line);
  }
}

function nameOf(path: string): string {
  return path === STANDARD_INPUT ? "standard input" : path;
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function headerLines(header: Header, path?: string): string {
  const lines = {
    ...(path !== undefined && { File: path }),
    Created: formatTime(header.Created),
    Source: header.InputSource,
    Version: header.Version,
    Type: typeName(header.Type),
    ContainsPayloads: String(header.ContainsPayloads),
  };
  return Object.entries(lines)
    .map(([name, value]) => `${`${name}:`.padEnd(18)}${escapeText(value)}\n`)
    .join("");
}
