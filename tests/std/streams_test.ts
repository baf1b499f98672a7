/**
 * The stand-in keeps what `@std/streams` documents. Each test quotes the contract (docstrings of
 * denoland/std, streams/) that it checks.
 */
import { assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";

function lines(chunks: string[], options?: { allowCR?: boolean }): Promise<string[]> {
  return Array.fromAsync(ReadableStream.from(chunks).pipeThrough(new TextLineStream(options)));
}

Deno.test(
  'TextLineStream: "Transform a stream into a stream where each chunk is divided by a newline, be it `\\n` or `\\r\\n`."',
  async () => {
    assertEquals(await lines(["a\nb", "c\r\n\r", "\nd\re\n"]), ["a", "bc", "", "d\re"]);
    assertEquals(await lines(["no newline at the end\nrest"]), ["no newline at the end", "rest"]);
    assertEquals(await lines(["\n\n"]), ["", ""]);
    assertEquals(await lines(["rest\r"]), ["rest\r"]);
    assertEquals(await lines([]), []);
  },
);

Deno.test('TextLineStream: "`\\r` can be enabled via the `allowCR` option."', async () => {
  const allowCR = true;
  assertEquals(await lines(["a\rb\r", "\nc\r", "d\n", "e\r"], { allowCR }), [
    "a",
    "b",
    "c",
    "d",
    "e",
  ]);
});
