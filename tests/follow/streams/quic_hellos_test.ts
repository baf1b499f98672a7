import { assertEquals } from "@std/assert";
import { createCipheriv } from "node:crypto";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { initialKeys } from "../../../lib/follow/streams/quic_initial.ts";
import { MAX_TRIES_A_SECOND } from "../../../lib/follow/streams/quic_hellos.ts";
import { TLSClientHelloSchema } from "../../../proto/gen/netcap_pb.ts";
import { randomNumbers } from "../../base/random_numbers.ts";
import { follow } from "./followed_capture.ts";
import { datagram } from "./talk.ts";
import { clientHello } from "./tls_hellos.ts";

const DESTINATION = Uint8Array.fromHex("8394c8f03e515708");
const V1 = 1;
const V2 = 0x6b3343cf;
const MIN_DATAGRAM_BYTES = 1200;

/** A number in two bytes, as lengths and offsets are in QUIC. RFC 9000, section 16. */
const varint = (number: number) => Uint8Array.of(0x40 | (number >> 8), number & 0xff);

/** A piece of the handshake. RFC 9000, section 19.6. */
function crypto(message: Uint8Array, from: number, to: number): Uint8Array {
  return concat([Uint8Array.of(6), varint(from), varint(to - from), message.subarray(from, to)]);
}

/** The client's Initial packet with these frames, sealed. RFC 9001, section 5. */
function initial(version: number, number: number, frames: Uint8Array): Uint8Array {
  const { key, nonce, mask } = initialKeys(version, DESTINATION, "client");
  const padded = new Uint8Array(Math.max(frames.length, MIN_DATAGRAM_BYTES));
  padded.set(frames);
  const first = 0xc0 | (version === V1 ? 0 : 0x10);
  const words = Uint8Array.of(version >>> 24, version >> 16, version >> 8, version);
  const header = concat([
    Uint8Array.of(first),
    ...[words, Uint8Array.of(DESTINATION.length), DESTINATION, Uint8Array.of(0, 0)],
    ...[varint(1 + padded.length + 16), Uint8Array.of(number)],
  ]);
  const own = Uint8Array.from(nonce);
  own[11]! ^= number;
  const cipher = createCipheriv("aes-128-gcm", key, own);
  cipher.setAAD(header);
  const sealed = concat([cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  const block = createCipheriv("aes-128-ecb", mask, null);
  block.setAutoPadding(false);
  const bits = block.update(sealed.subarray(3, 19)); // four bytes behind where the number begins
  block.final();
  header[0]! ^= bits[0]! & 0x0f;
  header[header.length - 1]! ^= bits[1]!;
  return concat([header, sealed]);
}

for (const [name, version] of [["1", V1], ["2", V2]] as const) {
  Deno.test(`QUIC ${name}: a hello in pieces, in any order, over several datagrams, is read`, () => {
    const message = clientHello(900);
    for (let seed = 0; seed < 20; seed++) {
      const below = randomNumbers(seed);
      const pieces: Uint8Array[] = [];
      for (let from = 0; from < message.length;) {
        const to = Math.min(message.length, from + 1 + below(400));
        const start = Math.max(0, from - below(20)); // some bytes come twice
        pieces.splice(below(pieces.length + 1), 0, crypto(message, start, to));
        from = to;
      }
      const [half, ping, padding] = [
        below(pieces.length),
        Uint8Array.of(1),
        new Uint8Array(below(9)),
      ];
      const datagrams = [pieces.slice(0, half), pieces.slice(half)].map((some, number) =>
        initial(version, number, concat([...some, padding, ping]))
      );
      const followed = follow(datagrams.map((payload) => datagram("client", payload)));
      const hellos = followed.of(TLSClientHelloSchema);
      assertEquals(
        hellos.map(({ SNI, QUICVersion }) => [new TextDecoder().decode(SNI), QUICVersion]),
        [["a.example", version]],
        `seed ${seed}`,
      );
      assertEquals(hellos[0]!.HandshakeLen, message.length - 4);
    }
  });
}

Deno.test("QUIC: a hello of which a datagram is missing or cut is counted", () => {
  const message = clientHello(900);
  const half = initial(V1, 0, crypto(message, 0, 500));
  const missing = follow([datagram("client", half)]);
  assertEquals([missing.counts.missing, missing.of(TLSClientHelloSchema)], [1, []]);
  const frame = datagram("client", initial(V1, 0, crypto(message, 0, message.length)));
  const cut = follow([{ ...frame, bytes: frame.bytes.subarray(0, 300) }]);
  assertEquals([cut.counts.cut, cut.of(TLSClientHelloSchema)], [1, []]);
});

Deno.test("QUIC: 2,000 packets a second are tried, and the others counted", () => {
  const message = clientHello();
  const packet = initial(V1, 0, crypto(message, 0, message.length));
  const over = 7;
  const frames = Array.from(
    { length: MAX_TRIES_A_SECOND + over },
    (_, index) => datagram("client", packet, { clientPort: 1024 + index }),
  );
  const followed = follow([...frames, { ...frames[0]!, sec: frames[0]!.sec + 90 }], {
    maxBytes: 32 << 20,
  });
  assertEquals(MAX_TRIES_A_SECOND, 2000);
  assertEquals(followed.counts.quicPassed, over);
  assertEquals(followed.of(TLSClientHelloSchema).length, MAX_TRIES_A_SECOND + 1);
});
