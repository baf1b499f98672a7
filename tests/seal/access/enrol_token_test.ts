import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import {
  equalHashes,
  formatToken,
  hashOfSecret,
  parseToken,
} from "../../../lib/seal/access/enrol_token.ts";

const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte);
const TOKEN = {
  collectorKey: filled(32, 1),
  id: filled(16, 2),
  secret: filled(32, 0xff),
  address: "collector.example:1335",
};

Deno.test("a token is what docs/protocol.md says, as Node's base64url and SHA-256 have it", () => {
  const { collectorKey, id, secret, address } = TOKEN;
  const content = Buffer.concat([collectorKey, id, secret, Buffer.from(address)]);
  const check = createHash("sha256").update(content).digest().subarray(0, 4);
  const text = `farcap-1-${Buffer.concat([content, check]).toString("base64url")}`;
  assertEquals(formatToken(TOKEN), text);
  assertEquals(parseToken(` ${text}\r\n`), TOKEN);
});

Deno.test("a token that is cut, mistyped or something else is none", () => {
  const text = formatToken(TOKEN);
  for (let at = 0; at < text.length; at++) {
    assertEquals(parseToken(text.slice(0, at)), undefined, `cut at ${at}`);
    const other = text[at] === "A" ? "B" : "A";
    assertEquals(parseToken(text.slice(0, at) + other + text.slice(at + 1)), undefined, `${at}`);
  }
  for (const wrong of ["", "-", "farcap-1-", "farcap-2-AAAA", `${text}A`, text.repeat(2), "🔑"]) {
    assertEquals(parseToken(wrong), undefined, wrong);
  }
});

Deno.test("of a secret its SHA-256 is kept, and compared in whole", async () => {
  const hash = await hashOfSecret(TOKEN.secret);
  assertEquals(hash, new Uint8Array(createHash("sha256").update(TOKEN.secret).digest()));
  assert(equalHashes(hash, hash.slice()));
  for (let at = 0; at < hash.length; at++) {
    const other = hash.slice();
    other[at]! ^= 1;
    assert(!equalHashes(hash, other), `${at}`);
  }
  assert(!equalHashes(hash, hash.subarray(1)) && !equalHashes(hash.subarray(1), hash));
});
