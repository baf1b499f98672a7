import { assertEquals } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import {
  IPProfileSchema,
  TLSClientHelloSchema,
  TLSServerHelloSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { follow } from "./followed_capture.ts";
import { talk } from "./talk.ts";
import { clientHello, extension, message, u16 } from "./tls_hellos.ts";

function serverHello(random: Uint8Array): Uint8Array {
  const extensions = extension(43, [3, 4]);
  return message(2, [3, 3, ...random, 0, 0x13, 0x01, 0, ...u16(extensions.length), ...extensions]);
}

/** The message in records of so many bytes. */
function records(whole: Uint8Array, bytes = 1 << 14): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += bytes) {
    const part = whole.subarray(at, at + bytes);
    parts.push(Uint8Array.of(22, 3, 1, ...u16(part.length)), part);
  }
  return concat(parts);
}

/** SHA-256 of "HelloRetryRequest". RFC 8446, section 4.1.3. */
const RETRY = Uint8Array.fromHex(
  "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c",
);
const RANDOM = new Uint8Array(32).fill(9);

Deno.test("hellos over several segments and records are put together", () => {
  for (
    const [recordBytes, segmentBytes] of [[1 << 14, 1400], [1 << 14, 1], [50, 1400], [7, 3], [
      1,
      11,
    ]] as const
  ) {
    const followed = follow(talk([
      ["client", records(clientHello(300), recordBytes)],
      ["server", records(serverHello(RANDOM), recordBytes)],
    ], { segmentBytes }));
    const [client, ...others] = followed.of(TLSClientHelloSchema);
    assertEquals(others, []);
    assertEquals(new TextDecoder().decode(client!.SNI), "a.example");
    assertEquals(client!.ALPNs.map((name) => new TextDecoder().decode(name)), ["h2", "http/1.1"]);
    assertEquals([client!.CipherSuites, client!.SupportedVersions], [[0x0a0a, 0x1301, 0xc02f], [
      0x0304,
      0x0303,
    ]]);
    assertEquals(client!.HandshakeLen, clientHello(300).length - 4);
    assertEquals(
      followed.of(TLSServerHelloSchema).map(({ SupportedVersion }) => SupportedVersion),
      [0x0304],
    );
  }
});

Deno.test("both hellos behind a HelloRetryRequest are read, too", () => {
  const changeCipherSpec = Uint8Array.of(20, 3, 3, 0, 1, 1);
  const followed = follow(talk([
    ["client", records(clientHello())],
    ["server", concat([records(serverHello(RETRY)), changeCipherSpec])],
    ["client", concat([changeCipherSpec, records(clientHello(9))])],
    ["server", records(serverHello(RANDOM))],
  ]));
  assertEquals(followed.of(TLSClientHelloSchema).length, 2);
  assertEquals(followed.of(TLSServerHelloSchema).map(({ Random }) => Random), [RETRY, RANDOM]);
});

Deno.test("a hello that contradicts itself is counted, whatever its lengths, and never throws", () => {
  const whole = clientHello();
  let broken = 0;
  for (let at = 4; at < whole.length; at++) {
    const damaged = whole.slice();
    damaged[at]! ^= 0xff;
    const followed = follow(talk([["client", records(damaged)]]));
    broken += followed.counts.broken;
    assertEquals(followed.counts.broken + followed.of(TLSClientHelloSchema).length, 1);
  }
  assertEquals(broken > 0, true);
});

Deno.test("data in the middle of a connection are no hello", () => {
  const data = concat([
    Uint8Array.of(23, 3, 3, 0, 200),
    new Uint8Array(200),
    records(clientHello()),
  ]);
  const followed = follow(talk([["client", data], ["server", data]], { hasBeginning: false }));
  assertEquals(followed.of(TLSClientHelloSchema), []);
});

Deno.test("profiles of both ends have the server's name, and each its own fingerprint", () => {
  const profiles = { devices: false, ips: true };
  const said = [["client", records(clientHello())], [
    "server",
    records(serverHello(RANDOM)),
  ]] as const;
  const followed = follow(talk(said), { profiles });
  const [client] = followed.of(TLSClientHelloSchema);
  const [server] = followed.of(TLSServerHelloSchema);
  const ofEnds = followed.of(IPProfileSchema).map((
    { Addr, SNIs, Ja3Hashes },
  ) => [Addr, SNIs, Ja3Hashes]);
  assertEquals(ofEnds, [
    [client!.SrcIP, { "a.example": 1n }, { [client!.Ja3]: "JA3" }],
    [client!.DstIP, { "a.example": 1n }, { [server!.Ja3s]: "JA3S" }],
  ]);
});
