import { assertEquals } from "@std/assert";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { CipherState } from "../../lib/seal/cipher_state.ts";

const ZERO_KEY = new Uint8Array(32);
const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => at * 7);

Deno.test("the first message under a zero key is test case 14 of the GCM specification", async () => {
  // McGrew and Viega, appendix B: its nonce of 96 zero bits is that of Noise's message 0.
  const cipher = await CipherState.of(ZERO_KEY);
  assertEquals(
    encodeHex(await cipher.seal(new Uint8Array(16))),
    "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919",
  );
});

Deno.test("messages are numbered in the order of the calls, however many are under way", async () => {
  const lengths = [90_000, 3, 0, 50_000, 1, 70_000, 2];
  const [together, apart] = [await CipherState.of(ZERO_KEY), await CipherState.of(ZERO_KEY)];
  const sealed = await Promise.all(lengths.map((length) => together.seal(bytes(length))));
  for (const [number, length] of lengths.entries()) {
    assertEquals(sealed[number], await apart.seal(bytes(length)));
  }
  assertEquals(together.count, lengths.length);

  const opener = await CipherState.of(ZERO_KEY);
  const opened = await Promise.all(sealed.map((ciphertext) => opener.open(ciphertext)));
  assertEquals(opened.map((plaintext) => plaintext?.length), lengths);
  assertEquals(opener.count, lengths.length);
});

Deno.test("open() refuses a message out of its order, changed, cut, or too short to be one", async () => {
  const cipher = await CipherState.of(ZERO_KEY);
  const [first, second] = [await cipher.seal(bytes(20)), await cipher.seal(bytes(20))];
  const changed = first.slice();
  changed[19]! ^= 1;
  const refused = [
    second,
    changed,
    first.subarray(1),
    first.subarray(0, 35),
    first.subarray(0, 15),
  ];
  for (const ciphertext of [...refused, new Uint8Array(0)]) {
    assertEquals(await (await CipherState.of(ZERO_KEY)).open(ciphertext), undefined);
  }
});
