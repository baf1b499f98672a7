import type { DescMessage } from "@bufbuild/protobuf";
import { type Output, TextOutput } from "../read/text_output_io.ts";
import type { ExportSink } from "./export_sink.ts";
import { type ExportedRecord, type LineFormat, LinesByType } from "./line_format.ts";

/**
 * Lines that go to standard output. Committed is what has been handed over: whether somebody has read it
 * is not known.
 */
export class LineOutput implements ExportSink {
  readonly #lines: LinesByType;
  readonly #text: TextOutput;
  readonly isFull = false;

  constructor(format: LineFormat, output: Output) {
    this.#lines = new LinesByType(format);
    this.#text = new TextOutput(output);
  }

  takes(schema: DescMessage): boolean {
    return this.#lines.of(schema) !== undefined;
  }

  add(record: ExportedRecord): boolean {
    return this.#text.add(this.#lines.make(record).text);
  }

  get lines(): number {
    return this.#lines.made;
  }

  /** @throws {Deno.errors.BrokenPipe} When nobody reads any more. */
  async flush(): Promise<void> {
    await this.#text.flush();
  }

  async commit(): Promise<null> {
    await this.flush();
    return null;
  }

  async committed(): Promise<void> {}

  close(): void {}
}
