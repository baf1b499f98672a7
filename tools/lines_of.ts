import { TextLineStream } from "@std/streams";

/** The lines that a program writes, one after another. */
export function linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncIterableIterator<string> {
  return stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).values();
}
