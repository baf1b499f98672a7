import { assertEquals } from "@std/assert";
import { encodeHex } from "../../../lib/base/bytes/bytes.ts";
import {
  cryptoPieces,
  initialKeys,
  openInitial,
  parseLongPacket,
} from "../../../lib/follow/streams/quic_initial.ts";

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/\s/g, ""));
/** The client's first destination, in both RFCs. */
const DESTINATION = hex("8394c8f03e515708");

/** The server's Initial packet of each RFC; both hold the same frames but for the key share. */
const VERSIONS = [
  {
    name: "1 (RFC 9001, appendix A)",
    number: 1,
    client: [
      "1f369613dd76d5467730efcbe3b1a22d",
      "fa044b2f42a3fd3b46fb255c",
      "9f50449e04a0e810283a1e9933adedd2",
    ],
    server: [
      "cf3a5331653c364c88f0f379b6067e37",
      "0ac1493ca1905853b0bba03e",
      "c206b8d9b9f0f37644430b490eeaa314",
    ],
    packet:
      `cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554
      780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb
      19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee`,
  },
  {
    name: "2 (RFC 9369, appendix A)",
    number: 0x6b3343cf,
    client: [
      "8b1a0bc121284290a29e0971b5cd045d",
      "91f73e2351d8fa91660e909f",
      "45b95e15235d6f45a6b19cbcb0294ba9",
    ],
    server: [
      "82db637861d55e1d011f19ea71d5d2a7",
      "dd13c276499c0249d3310652",
      "edf6d05c83121201b436e16877593c3a",
    ],
    packet:
      `dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf
      87263017915358230035f7fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e4275750769
      8075b2c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140`,
  },
];
const FRAMES =
  `02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a04
  5a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a
  002b00020304`;

for (const { name, number, client, server, packet } of VERSIONS) {
  Deno.test(`QUIC ${name}: keys are made of the client's first destination`, () => {
    const keysOf = (side: "client" | "server") => {
      const { key, nonce, mask } = initialKeys(number, DESTINATION, side);
      return [key, nonce, mask].map(encodeHex);
    };
    assertEquals([keysOf("client"), keysOf("server")], [client, server]);
  });

  Deno.test(`QUIC ${name}: an Initial packet is opened, and no other`, () => {
    const bytes = hex(packet);
    const parsed = parseLongPacket(bytes, 0, bytes.length)!;
    assertEquals([parsed.isInitial, parsed.end], [true, bytes.length]);
    const keys = initialKeys(number, DESTINATION, "server");
    const frames = openInitial(keys, bytes, parsed)!;
    assertEquals(frames, hex(FRAMES));
    assertEquals(cryptoPieces(frames), [{ offset: 0, data: hex(FRAMES).subarray(9) }]);
    bytes[bytes.length - 1]! ^= 1;
    assertEquals(openInitial(keys, bytes, parsed), undefined);
    assertEquals(
      openInitial(initialKeys(number, hex("00"), "server"), hex(packet), parsed),
      undefined,
    );
  });

  Deno.test(`QUIC ${name}: no beginning of a packet is taken for one`, () => {
    const bytes = hex(packet);
    for (let end = 0; end < bytes.length; end++) {
      assertEquals(parseLongPacket(bytes, 0, end), undefined, `${end} bytes`);
    }
  });
}
