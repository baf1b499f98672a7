import { assert, assertEquals } from "@std/assert";
import { LineWriter } from "../../../lib/base/program/line_writer_io.ts";

/** A way out that takes what it is told to, and as many bytes at a time. */
class Reader {
  text = "";
  failure: Error | undefined;
  #free = Promise.withResolvers<void>();

  constructor(readonly atOnce = Infinity) {
    this.#free.resolve();
  }

  stop(): void {
    this.#free = Promise.withResolvers();
  }

  goOn(): void {
    this.#free.resolve();
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#free.promise;
    if (this.failure) throw this.failure;
    const count = Math.min(bytes.length, this.atOnce);
    this.text += new TextDecoder().decode(bytes.subarray(0, count));
    return count;
  }
}

const droppedLine = (count: number) => `${count} dropped`;

Deno.test("lines come whole and in order, however little is taken at a time", async () => {
  const reader = new Reader(7);
  const writer = new LineWriter(reader, droppedLine);
  const lines = Array.from({ length: 500 }, (_, at) => `line ${at}`);
  for (const line of lines) writer.write(line);
  await writer.finish(60_000);
  assertEquals(reader.text, lines.join("\n") + "\n");
  assertEquals(writer.dropped, 0);
});

Deno.test("when nobody reads, nobody waits: few lines are kept, the others counted, and said later", async () => {
  const reader = new Reader();
  const writer = new LineWriter(reader, droppedLine);
  reader.stop();
  const line = "x".repeat(999);
  for (let n = 0; n < 10_000; n++) writer.write(line);
  const kept = 10_000 - writer.dropped;
  assert(kept > 200 && kept < 300, `${kept} of 1,000 characters each`);
  reader.goOn();
  await writer.finish(60_000);
  writer.write("after");
  await writer.finish(60_000);
  const read = reader.text.split("\n").slice(0, -1);
  assertEquals(read.length, kept + 2);
  assertEquals(read.slice(-2), [`${writer.dropped} dropped`, "after"]);
});

Deno.test("the end does not wait for a reader that has stopped, and counts what it did not take", async () => {
  const reader = new Reader();
  const writer = new LineWriter(reader, droppedLine);
  reader.stop();
  for (let n = 0; n < 5; n++) writer.write("line");
  await writer.finish(1);
  assertEquals([writer.dropped, reader.text], [5, ""]);
  reader.goOn();
});

Deno.test("lines that cannot be written are counted, and those behind them are tried again", async () => {
  const reader = new Reader();
  const writer = new LineWriter(reader, droppedLine);
  reader.failure = new Error("the disk is full");
  writer.write("one");
  writer.write("two");
  await writer.finish(60_000);
  assertEquals(writer.dropped, 2);
  reader.failure = undefined;
  writer.write("three");
  await writer.finish(60_000);
  assertEquals(reader.text, "2 dropped\nthree\n");
});
