import { assertEquals } from "@std/assert";
import { equalBytes } from "../../../lib/base/bytes/bytes.ts";
import { newKeyPair } from "../../../lib/seal/key_file_io.ts";
import { SessionKeys } from "../../../lib/transport/sender/session_keys_io.ts";

Deno.test("of several places each is tried with each of the collector's keys", async () => {
  const [own, before, next] = [newKeyPair(), newKeyPair(), newKeyPair()];
  const keys = await SessionKeys.of(own, before.publicKey);
  await keys.learn(next.publicKey);
  const tried: string[] = [];
  let place = 0;
  for (let round = 0; round < 4; round++) {
    await keys.shake(({ remoteKey }) => {
      tried.push(`${place} ${equalBytes(remoteKey, next.publicKey) ? "next" : "before"}`);
      return Promise.reject(new Error("it ended the handshake"));
    }).catch(() => {});
    if (!keys.takeAnother()) place = 1 - place;
  }
  assertEquals(tried, ["0 next", "0 before", "1 next", "1 before"]);
  assertEquals(keys.takeAnother(), false); // a place that does not answer is left
});
