/** The worked example of a sealed batch in docs/protocol.md, which a Python program has made. */
import { assert, assertEquals } from "@std/assert";
import { crc32, inflateRawSync } from "node:zlib";
import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { importKeyPair, importStaticKey } from "../../lib/seal/agreement_key.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { SealedBodyOpener } from "../../lib/seal/sealed_body.ts";
import { openSealed, sealBatch } from "../../lib/transport/session/sealed_batch.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import { exampleUnder } from "./worked_example.ts";

const EXAMPLE = exampleUnder("Worked example of a sealed batch");
const MESSAGE_HEADER_BYTES = 5;

function bytesOf(name: string): Uint8Array {
  const hex = EXAMPLE.get(name);
  assert(hex !== undefined, `a value ${name}`);
  return parseHex(hex)!;
}

const COLLECTOR = keyPairOf(bytesOf("collector's private key"));

Deno.test("the example's batch is what our sensor makes of what it holds", async () => {
  const body = bytesOf("body, not sealed");
  const records = inflateRawSync(body);
  const ephemeral = await importKeyPair(keyPairOf(bytesOf("private key made for the batch")));
  const sealed = await sealBatch(COLLECTOR.publicKey, ephemeral, {
    parts: [{ type: 7, count: 1 }],
    encoding: 1,
    minute: 26_666_666,
    firstTime: 1_600_000_000_000_000_001n,
    lastTime: 1_600_000_000_000_000_001n,
    containsPayloads: false,
    crc: crc32(records),
    recordBytes: records.length,
    body,
  });
  const message = encodeBatch(2, 1n, sealed!);
  assertEquals(encodeHex(message.body), EXAMPLE.get("batch")!.slice(2 * MESSAGE_HEADER_BYTES));
});

Deno.test("the collector of the example opens its batch, and no changed claim of it", async () => {
  const opener = new SealedBodyOpener([await importStaticKey(COLLECTOR)]);
  const message = bytesOf("batch").subarray(MESSAGE_HEADER_BYTES);
  assertEquals(await openSealed(opener, message), bytesOf("body, not sealed"));
  for (const [at, isAuthentic] of [[0, false], [8, true], [39, true], [40, false], [48, true]]) {
    const changed = message.slice();
    changed[at as number]! ^= 1;
    assertEquals(await openSealed(opener, changed) === undefined, isAuthentic, `byte ${at}`);
  }
});
