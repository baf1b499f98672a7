import { assertEquals, assertMatch } from "@std/assert";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { PageSessions } from "../../lib/www/page_sessions.ts";

const TOKEN = "a token that nobody can guess";
const NONCE = new Uint8Array(16).fill(7);
const NOW_MS = 1_795_824_000_000;
const DAYS_30_MS = 30 * 86_400_000;

/** By Web Crypto, which the page does not use. */
async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text));
  return new Uint8Array(mac);
}

Deno.test("the cookie is a MAC under a key made of the token, which it does not tell", async () => {
  const cookie = new PageSessions(TOKEN, 1337, false).begin(NONCE, NOW_MS);
  const [, claim, mac] = /^farcap-1337=([^;]+)\.([0-9a-f]{64});/.exec(cookie)!;
  assertEquals(claim, `${(NOW_MS + DAYS_30_MS) / 1000}.${"07".repeat(16)}`);
  const key = await hmac(new TextEncoder().encode(TOKEN), "farcap page session");
  assertEquals(mac, encodeHex(await hmac(key, claim!)));
  assertMatch(cookie, /; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/);
  assertEquals(cookie.includes(TOKEN), false);
});

Deno.test("who has typed the token is known by another run, until a month has gone or the token is another", () => {
  const sessions = new PageSessions(TOKEN, 1337, false);
  const [cookie = ""] = sessions.begin(NONCE, NOW_MS).split(";");
  const again = new PageSessions(TOKEN, 1337, false);
  assertEquals(again.isKnown(`other=1; ${cookie}`, NOW_MS), true);
  assertEquals(again.isKnown(cookie, NOW_MS + DAYS_30_MS - 1), true);
  assertEquals(again.isKnown(cookie, NOW_MS + DAYS_30_MS), false);
  assertEquals(new PageSessions(`${TOKEN}!`, 1337, false).isKnown(cookie, NOW_MS), false);
  const onOtherPort = new PageSessions(TOKEN, 1338, false);
  assertEquals(onOtherPort.isKnown(cookie, NOW_MS), false);
});

Deno.test("a cookie that was changed anywhere is none", () => {
  const sessions = new PageSessions(TOKEN, 1337, false);
  const [cookie = ""] = sessions.begin(NONCE, NOW_MS).split(";");
  for (let at = 0; at < cookie.length; at++) {
    const other = cookie[at] === "1" ? "2" : "1";
    const changed = cookie.slice(0, at) + other + cookie.slice(at + 1);
    assertEquals(sessions.isKnown(changed, NOW_MS), false, changed);
  }
  for (const text of [undefined, "", "farcap-1337=", "farcap-1337=9999999999.x.y", "; ;="]) {
    assertEquals(sessions.isKnown(text, NOW_MS), false, text);
  }
});

Deno.test("with TLS the cookie goes over nothing else, and belongs to this host alone", () => {
  const sessions = new PageSessions(TOKEN, 443, true);
  const cookie = sessions.begin(NONCE, NOW_MS);
  assertMatch(cookie, /^__Host-farcap-443=.*; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
  assertEquals(
    sessions.end,
    "__Host-farcap-443=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure",
  );
});

Deno.test("the token is compared in whole, but for blanks around it", () => {
  const sessions = new PageSessions(TOKEN, 1337, false);
  assertEquals(sessions.isToken(` ${TOKEN}\n`), true);
  for (const text of ["", TOKEN.slice(1), TOKEN.slice(0, -1), TOKEN.toUpperCase(), TOKEN + "x"]) {
    assertEquals(sessions.isToken(text), false, text);
  }
});
