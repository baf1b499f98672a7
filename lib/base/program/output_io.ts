import { fstatSync } from "node:fs";
import { FullScreen } from "./full_screen_io.ts";
import { LineWriter } from "./line_writer_io.ts";
import { type LogEvent, type LogFormat, logLine } from "./log_line.ts";

/** How long the end waits for somebody to read on. */
const MAX_IDLE_MS = 2000;
/** To the beginning of a terminal's line, which is emptied (ECMA-48, EL). */
const CLEAR = "\r\x1b[K";

/** Something that happens now. */
export type NewEvent = Omit<LogEvent, "time">;

/**
 * Both ways out of a program, standard output and standard error. Whoever writes waits for nobody: what
 * nobody reads is dropped and counted.
 */
export class Output {
  /** How events are written; before that is known, as their words alone. */
  format: LogFormat | undefined;
  /** Whether a status stands on the last line of the terminal. */
  #hasStatus = false;
  #screen: FullScreen | undefined;
  readonly #out: Stream;
  readonly #err: Stream;

  /** @param journal Value of `JOURNAL_STREAM`, where it may be read (systemd.exec(5)). */
  constructor(journal: string | undefined) {
    this.#out = this.#open(Deno.stdout, 1, journal);
    // By two ways to one terminal lines would come in any order, and amid a status.
    const isOne = this.#out.isTerminal && Deno.stderr.isTerminal() && placeOf(1) === placeOf(2);
    this.#err = isOne ? this.#out : this.#open(Deno.stderr, 2, journal);
  }

  /** Writes an event, errors and warnings to standard error. */
  write(event: NewEvent): void {
    const isWrong = event.level === "error" || event.level === "warning";
    const stream = isWrong ? this.#err : this.#out;
    const line = this.#lineOf(event, stream);
    if (stream.isTerminal && this.#screen) this.#screen.hold(line, event.message, isWrong);
    else this.#writeLine(stream, line);
  }

  /** Lines that were dropped, since nobody read them or they could not be written. */
  get dropped(): number {
    return new Set([this.#out, this.#err]).values().reduce(
      (sum, { lines }) => sum + lines.dropped,
      0,
    );
  }

  /** Whether there is a terminal that shows a status. */
  get showsStatus(): boolean {
    return this.#err.isTerminal;
  }

  /**
   * The terminal as a whole, until {@linkcode Output.finish} or `leave`; lines that go to a terminal are
   * kept meanwhile, and written then. Undefined when neither way out is a terminal.
   */
  fullScreen(): FullScreen | undefined {
    const stream = [this.#out, this.#err].find(({ isTerminal }) => isTerminal);
    if (!stream) return undefined;
    const { target, lines, hasColours } = stream;
    return this.#screen = new FullScreen(target, lines, hasColours, () => this.#screen = undefined);
  }

  /** Shows a text below all lines until the next one, on a terminal. */
  status(text: string): void {
    if (this.#screen) this.#screen.status = text;
    if (this.#screen || !this.#err.isTerminal) return;
    this.#err.lines.show(`${CLEAR}${text}`);
    this.#hasStatus = true;
  }

  /** Writes what a run came to, to standard output: as text, it is no event, and has no time. */
  total(text: string): void {
    if (this.format === "text") this.#writeLine(this.#out, text);
    else this.write({ level: "info", message: text });
  }

  /** Writes what waits, as long as somebody reads. */
  async finish(): Promise<void> {
    this.#screen?.leave();
    if (this.#hasStatus) this.#err.lines.show(CLEAR);
    await this.#out.lines.finish(MAX_IDLE_MS);
    const { dropped } = this.#out.lines;
    if (dropped > 0) {
      this.write({ level: "warning", message: `${droppedText(dropped)} on standard output` });
    }
    await this.#err.lines.finish(MAX_IDLE_MS);
  }

  #writeLine(stream: Stream, line: string): void {
    const isBelow = this.#hasStatus && stream.isTerminal;
    stream.lines.write(isBelow ? CLEAR + line : line);
    if (isBelow) this.#hasStatus = false;
  }

  #open(target: typeof Deno.stdout, descriptor: number, journal: string | undefined): Stream {
    const stream: Stream = {
      target,
      isTerminal: target.isTerminal(),
      hasColours: target.isTerminal() && !Deno.noColor,
      hasPriority: journal !== undefined && journal === placeOf(descriptor),
      lines: new LineWriter(
        target,
        (count) => this.#lineOf({ level: "warning", message: droppedText(count) }, stream),
      ),
    };
    return stream;
  }

  #lineOf(event: NewEvent, stream: Stream): string {
    if (this.format === undefined) return event.message;
    return logLine({ time: new Date(), ...event }, { ...stream, format: this.format });
  }
}

interface Stream {
  readonly target: typeof Deno.stdout;
  readonly lines: LineWriter;
  readonly isTerminal: boolean;
  /** Whether it is a terminal that is to show colours (https://no-color.org). */
  readonly hasColours: boolean;
  /** Whether it is the journal of systemd, which reads priorities. */
  readonly hasPriority: boolean;
}

function droppedText(count: number): string {
  return `${count} ${count === 1 ? "line was" : "lines were"} dropped, since nobody read them`;
}

/** Device and inode, as systemd writes them. */
function placeOf(descriptor: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined; // it is closed
  }
}
