import { assert, assertEquals } from "@std/assert";
import { cipherSuiteName } from "../../../../lib/write/export/words/cipher_suites.ts";
import { dnsTypeName } from "../../../../lib/write/export/words/dns_words.ts";
import { groupName } from "../../../../lib/write/export/words/tls_words.ts";
import { needs, TSHARK } from "../../../needs.ts";
import { piped } from "../../../piped.ts";

Deno.test({
  ...needs("names of cipher suites, groups and types of DNS are those that tshark has", TSHARK),
  async fn() {
    const values = new TextDecoder().decode(await piped("tshark", ["-G", "values"], ""));
    const named = (field: string) =>
      [...values.matchAll(new RegExp(`^V\t${field.replaceAll(".", "\\.")}\t(\\w+)\t(.*)$`, "gm"))]
        .map(([, number, name]) => [Number(number), name!] as const);
    const suites = named("tls.handshake.ciphersuite")
      .filter(([number, name]) => name.startsWith("TLS_") && number < 0xe000);
    assert(suites.length > 300);
    for (const [number, name] of suites) {
      if (name.endsWith("_SCSV")) assertEquals(cipherSuiteName(number), undefined);
      else assertEquals(cipherSuiteName(number), name);
    }
    for (const [number, name] of named("tls.handshake.extensions_supported_group")) {
      if (number <= 0x1e || (number >= 0x100 && number <= 0x104)) {
        assertEquals(groupName(number), name);
      }
    }
    const types = named("dns.qry.type").filter(([number]) => number > 0 && number < 255);
    assert(types.length > 70);
    for (const [number, name] of types) {
      const first = name.split(" ")[0];
      if (dnsTypeName(number) !== undefined) assertEquals(dnsTypeName(number), first);
    }
  },
});
