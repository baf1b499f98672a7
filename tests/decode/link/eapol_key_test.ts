import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { EAPOLKeySchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

const NONCE = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const HALF = "101112131415161718191a1b1c1d1e1f";
// The third message of the four-way handshake, and a group key of WPA, as scapy writes them; key
// data shortened.
const RSN = frame(
  "0180c2000003 02000000000a 888e 02 03 0067 02 13ca 0010 0000000000000002",
  NONCE,
  HALF,
  "0102030405060708 0000000000000000",
  HALF,
  "0008 0001020304050607",
);
const WPA = frame(
  "0180c2000003 02000000000a 888e 02 03 0061 fe 03a1 0020 0000000000000003",
  NONCE,
  HALF,
  "0000000000000005 0000000000000006",
  HALF,
  "0002 0001",
  "00000000",
);

Deno.test("a key with all that the third message of a handshake has", () => {
  const decoded = decodeFrame(RSN);
  assertEquals(decoded.types, ["Ethernet", "EAPOL", "EAPOLKey"]);
  assertEquals(decoded.recordsOf(EAPOLKeySchema), [create(EAPOLKeySchema, {
    KeyDescriptorType: 2,
    KeyDescriptorVersion: 2,
    KeyType: 1,
    Install: true,
    KeyACK: true,
    KeyMIC: true,
    Secure: true,
    HasEncryptedKeyData: true,
    KeyLength: 16,
    ReplayCounter: 2n,
    Nonce: frame(NONCE),
    IV: frame(HALF),
    RSC: 0x0102030405060708n,
    MIC: frame(HALF),
    KeyDataLength: 8,
    EncryptedKeyData: frame("0001020304050607"),
  })]);
  assertCanonical(decoded, EAPOLKeySchema);
});

Deno.test("key data that is not marked as encrypted is left out", () => {
  assertEquals(decodeFrame(WPA).recordsOf(EAPOLKeySchema), [create(EAPOLKeySchema, {
    KeyDescriptorType: 254,
    KeyDescriptorVersion: 1,
    KeyIndex: 2,
    KeyACK: true,
    KeyMIC: true,
    Secure: true,
    KeyLength: 32,
    ReplayCounter: 3n,
    Nonce: frame(NONCE),
    IV: frame(HALF),
    RSC: 5n,
    ID: 6n,
    MIC: frame(HALF),
    KeyDataLength: 2,
  })]);
});

Deno.test("error, request and SMK message are bits 10, 11 and 13", () => {
  const flags = (hex: string) => {
    const [key] = decodeFrame(patched(WPA, 19, hex)).recordsOf(EAPOLKeySchema);
    return [key?.MICError, key?.Request, key?.SMKMessage];
  };
  assertEquals(flags("0400"), [true, false, false]);
  assertEquals(flags("0800"), [false, true, false]);
  assertEquals(flags("2000"), [false, false, true]);
});

Deno.test("a key cut short, or with more key data than there is, gives no record", () => {
  assertTruncated(RSN, 19, RSN.length - 1, EAPOLKeySchema, "EapolKey truncated");
  assertRefused(patched(WPA, 18 + 93, "0003"), EAPOLKeySchema, "EapolKey truncated");
});

Deno.test("the RC4 descriptor of IEEE 802.1X-2004 has no record", () => {
  // tcpdump's eapon1.pcap, frame 25
  const rc4 = frame(
    "00042357a57a 000cce88319a 888e 01 03 0039 01 000d 000040605511009b",
    "6aba18850f27ac38ae1aca8253858f26 02 5d11315d47c77d8547a020d8cb9d4943 9af1d153d2ba5ccf63c3a226b8",
  );
  assertRefused(rc4, EAPOLKeySchema, "EapolKey unsupported");
});
