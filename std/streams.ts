/**
 * Stand-in for `@std/streams`, which is not on npm: the functions we use, with the real package's
 * names, signatures and behaviour. Pointing the import map at `jsr:@std/streams` must need no other
 * change.
 *
 * @module
 */

/** What {@linkcode TextLineStream} can be told. */
export interface TextLineStreamOptions {
  /** A lone `\r` ends a line too. Default: false. */
  allowCR?: boolean;
}

/** Turns a stream of text into one of lines, without their ends (`\n` or `\r\n`). */
export class TextLineStream extends TransformStream<string, string> {
  constructor(options: TextLineStreamOptions = {}) {
    // A `\r` at the end of a chunk waits for the next one: it may be the first half of `\r\n`.
    const lineEnd = options.allowCR ? /\r\n|\n|\r(?!$)/ : /\r?\n/;
    let open = "";
    super({
      transform(chunk, controller) {
        const lines = (open + chunk).split(lineEnd);
        open = lines.pop()!;
        for (const line of lines) controller.enqueue(line);
      },
      flush(controller) {
        if (open === "") return;
        controller.enqueue(options.allowCR ? open.replace(/\r$/, "") : open);
      },
    });
  }
}
