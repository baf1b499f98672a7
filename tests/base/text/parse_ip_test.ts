import { assertEquals } from "@std/assert";
import { isIP } from "node:net";
import { writeIpv4Text } from "../../../lib/base/text/address_text.ts";
import { parseIp } from "../../../lib/base/text/parse_ip.ts";
import { randomNumbers } from "../random_numbers.ts";

const FORMS = [
  "0.0.0.0",
  "255.255.255.255",
  "192.0.2.1",
  "::",
  "::1",
  "1::",
  "2001:db8::1",
  "2001:DB8::aB",
  "1:2:3:4:5:6:7:8",
  "1:2:3:4:5:6:7::",
  "::2:3:4:5:6:7:8",
  "::ffff:192.0.2.1",
  "64:ff9b::192.0.2.33",
  "1:2:3:4:5:6:192.0.2.33",
];

/** An address as the WHATWG URL parser has it, without brackets. */
function byUrl(text: string): string {
  return new URL(text.includes(":") ? `http://[${text}]` : `http://${text}`).hostname
    .replace(/^\[|\]$/g, "");
}

/** What parseIp() makes of a text, written out: eight groups for 16 bytes. */
function parsed(text: string): string | undefined {
  const ascii = new TextEncoder().encode(`x${text}x`);
  const out = new Uint8Array(16).fill(0xee);
  const length = parseIp(ascii, 1, ascii.length - 1, out);
  if (length === 0) return undefined;
  if (length === 4) {
    const written = new Uint8Array(15);
    return new TextDecoder().decode(written.subarray(0, writeIpv4Text(written, 0, out, 0)));
  }
  const groups = Array.from({ length: 8 }, (_, i) => (out[2 * i]! << 8 | out[2 * i + 1]!));
  return byUrl(groups.map((group) => group.toString(16)).join(":"));
}

Deno.test("parseIp() reads addresses as the URL parser does", () => {
  for (const text of FORMS) assertEquals(parsed(text), byUrl(text), text);
});

Deno.test("parseIp() takes for addresses what inet_pton does, whatever stands in a text", () => {
  const below = randomNumbers(7);
  const characters = "0123456789abcdefF:.%/ g";
  for (let round = 0; round < 50_000; round++) {
    const text = [...FORMS[below(FORMS.length)]!];
    for (let edits = below(3); edits >= 0; edits--) {
      const at = below(text.length + 1);
      const character = characters[below(characters.length)]!;
      text.splice(at, below(2), ...(below(10) < 7 ? [character] : []));
    }
    const changed = text.join("");
    if (changed.includes("%")) continue; // a zone is no part of an address in a record
    assertEquals(parsed(changed) !== undefined, isIP(changed) !== 0, changed);
  }
});
