/** Where lines go: standard output, standard error. */
export interface LineTarget {
  write(bytes: Uint8Array): Promise<number>;
}

/** Characters that may wait to be written. */
const MAX_WAITING = 256 * 1024;
/** Characters that are written at a time. */
const MAX_CHUNK = 64 * 1024;

/**
 * Writes lines one after another without ever holding up who writes them: those that find too many
 * waiting, since nobody reads, are dropped and counted, and so are those that cannot be written, on a full
 * disk or into a closed pipe. A line says so when there is room again.
 */
export class LineWriter {
  readonly #target: LineTarget;
  readonly #droppedLine: (count: number) => string;
  readonly #queue: string[] = [];
  #waiting = 0;
  #dropped = 0;
  #untold = 0;
  #writing: Promise<void> | undefined;
  /** Lines that are being written. */
  #underWay = 0;
  /** Bytes that somebody has taken. */
  #written = 0;

  /** @param droppedLine Makes the line that tells how many were dropped before it. */
  constructor(target: LineTarget, droppedLine: (count: number) => string) {
    this.#target = target;
    this.#droppedLine = droppedLine;
  }

  /** Lines that were not written, and will not be. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Shows a text that is no line and may be left out: where something waits, it is. */
  show(text: string): void {
    if (this.#waiting === 0) this.put(text);
  }

  /** Writes a text that is no line behind all that waits. */
  put(text: string): void {
    this.#push(text);
    this.#writing ??= this.#run();
  }

  /** Takes a line, without its end. */
  write(line: string): void {
    if (this.#waiting + line.length > MAX_WAITING) {
      this.#drop(1);
      return;
    }
    if (this.#untold > 0) {
      this.#push(`${this.#droppedLine(this.#untold)}\n`);
      this.#untold = 0;
    }
    this.#push(`${line}\n`);
    this.#writing ??= this.#run();
  }

  /**
   * Waits until all is written, as long as anything is; lines that nobody has taken after `maxIdleMs` are
   * counted as dropped.
   */
  async finish(maxIdleMs: number): Promise<void> {
    while (this.#writing !== undefined) {
      const before = this.#written;
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, maxIdleMs);
      await Promise.race([this.#writing, late]);
      clearTimeout(timer);
      if (this.#writing === undefined || this.#written > before) continue;
      this.#drop(this.#underWay + this.#queue.length);
      this.#queue.length = 0;
      return;
    }
  }

  #push(text: string): void {
    this.#queue.push(text);
    this.#waiting += text.length;
  }

  #drop(lines: number): void {
    this.#dropped += lines;
    this.#untold += lines;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const lines = this.#takeChunk();
      this.#underWay = lines.length;
      const text = lines.join("");
      try {
        await this.#writeAll(new TextEncoder().encode(text));
      } catch {
        this.#drop(lines.length); // there is nobody to tell
      }
      this.#waiting -= text.length;
    }
    this.#writing = undefined;
  }

  #takeChunk(): string[] {
    let length = 0;
    let count = 0;
    while (count < this.#queue.length && (count === 0 || length < MAX_CHUNK)) {
      length += this.#queue[count++]!.length;
    }
    return this.#queue.splice(0, count);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const count = await this.#target.write(bytes.subarray(at));
      at += count;
      this.#written += count;
    }
  }
}
