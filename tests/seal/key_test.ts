import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { keyPairOf, parseKey } from "../../lib/seal/key.ts";
import { VECTOR } from "./vector.ts";

Deno.test("keyPairOf() derives the public keys of RFC 7748 section 6.1 and of the original", () => {
  const pairs = [
    [
      "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    ],
    [VECTOR.collectorPrivateKey, VECTOR.collectorPublicKey],
    [VECTOR.agentPrivateKey, VECTOR.agentPublicKey],
  ] as const;
  for (const [privateKey, publicKey] of pairs) {
    assertEquals(encodeHex(keyPairOf(parseHex(privateKey)!).publicKey), publicKey);
  }
});

Deno.test("parseKey() takes 64 hex digits of either case, and one line end", () => {
  const digits = VECTOR.collectorPublicKey;
  for (const text of [digits, digits.toUpperCase(), `${digits}\n`, `${digits}\r\n`]) {
    const parsed = parseKey(text);
    assert("key" in parsed, text);
    assertEquals(encodeHex(parsed.key), digits);
  }
});

Deno.test("parseKey() refuses anything else with the reason", () => {
  const digits = VECTOR.collectorPublicKey;
  const wrong = [
    ["", "it has 0 hex digits"],
    [digits.slice(1), "it has 63 hex digits"],
    [digits + "00", "it has 66 hex digits"],
    [digits + "\n\n", "character 65 is not a hex digit"],
    [" " + digits, "character 1 is not a hex digit"],
    [digits.replace("3", "g"), "is not a hex digit"],
    ["0x" + digits.slice(2), "character 2 is not a hex digit"],
  ] as const;
  for (const [text, reason] of wrong) {
    const parsed = parseKey(text);
    assert("reason" in parsed, text);
    assertStringIncludes(parsed.reason, reason);
  }
});
