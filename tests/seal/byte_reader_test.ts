import { assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/seal/byte_reader.ts";

Deno.test("take() gives views of a piece, and a copy of what lies in several", () => {
  const reader = new ByteReader();
  const piece = Uint8Array.of(1, 2, 3, 4, 5);
  reader.push(piece);
  const first = reader.take(2)!;
  assertEquals([first, first.buffer === piece.buffer], [Uint8Array.of(1, 2), true]);
  assertEquals(reader.take(4), undefined);
  piece.fill(0); // what is kept is a copy
  reader.push(Uint8Array.of(6));
  assertEquals([reader.isEmpty, reader.take(4), reader.isEmpty], [
    false,
    Uint8Array.of(3, 4, 5, 6),
    true,
  ]);
});

Deno.test("copy() gives an array whose buffer holds nothing else, wherever its bytes lie", () => {
  const reader = new ByteReader();
  reader.push(Uint8Array.of(1, 2, 3, 4));
  const whole = reader.copy(3)!;
  assertEquals(reader.copy(2), undefined);
  reader.push(Uint8Array.of(5, 6));
  const held = reader.copy(2)!;
  assertEquals([whole, held], [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
  assertEquals([whole, held].map(({ buffer }) => buffer.byteLength), [3, 2]);
});

Deno.test("take() of no bytes needs none", () => {
  assertEquals(new ByteReader().take(0), new Uint8Array(0));
});

Deno.test("isEmpty is false while the beginning of an item is kept", () => {
  const reader = new ByteReader();
  assertEquals([reader.take(2), reader.isEmpty], [undefined, true]);
  reader.push(Uint8Array.of(1));
  assertEquals([reader.isEmpty, reader.take(2), reader.isEmpty], [false, undefined, false]);
});
