import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import type { Message } from "@bufbuild/protobuf";
import { WireWriter } from "../../../lib/base/record/wire_writer.ts";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import { CryptoPan } from "../../../lib/gather/redact/crypto_pan.ts";
import { Pseudonyms } from "../../../lib/gather/redact/pseudonyms.ts";
import { Redaction } from "../../../lib/gather/redact/redaction.ts";
import {
  DHCPv4Schema,
  DNSSchema,
  EthernetSchema,
  FileSchema,
  HTTPSchema,
  ICMPv4Schema,
  ICMPv6RouterAdvertisementSchema,
  IPv4Schema,
  NTPSchema,
  TCPSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { ipText } from "./ip_text.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 5 * i + 1);
const TEXT = new TextEncoder();

Deno.test("the same address is the same in every record and form, as Crypto-PAn has it", () => {
  const ip = pseudonymOf([10, 1, 2, 3]);
  const [a, b, c, d] = ip.split(".");
  const hex = [a, b, c, d].map((part) => Number(part).toString(16).padStart(2, "0")).join("");
  const texts = [
    "10.1.2.3",
    "http://10.1.2.3:80/",
    "ip-10-1-2-3.example",
    "0a010203",
    "x.10.1.2.3",
  ];
  assertEquals(
    redact(IPv4Schema, { SrcIP: "10.1.2.3" }).SrcIP,
    ip,
  );
  for (const [i, URL] of texts.entries()) {
    assertEquals(
      redact(HTTPSchema, { URL }).URL,
      [ip, `http://${ip}:80/`, `ip-${a}-${b}-${c}-${d}.example`, hex, `x.${ip}`][i],
    );
  }
  const name = redactName("3.2.1.10.in-addr.arpa", false);
  assertEquals(name, `${d}.${c}.${b}.${a}.in-addr.arpa`);
  assertEquals(redactName("2.1.10.in-addr.arpa", true), `${c}.${b}.${a}.in-addr.arpa`);
});

Deno.test("of IPv6, each form is the same address", () => {
  const bytes = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const ip = pseudonymOf(bytes);
  assertEquals(redact(HTTPSchema, { URL: "http://[2001:db8::1]:80/" }).URL, `http://[${ip}]:80/`);
  const digits = ip.split(":").map((group) => group.padStart(4, "0")).join("");
  const original = "20010db8000000000000000000000001";
  const reverse = (text: string) => [...text].reverse().join(".") + ".ip6.arpa";
  assertEquals(redactName(reverse(original), true), reverse(digits));
  assertEquals(redact(HTTPSchema, { URL: original }).URL, digits);
});

Deno.test("what names no host stays", () => {
  for (const address of ["0.0.0.0", "127.0.0.1", "255.255.255.255", "224.0.0.251", "::", "::1"]) {
    assertEquals(redact(IPv4Schema, { SrcIP: address }).SrcIP, address);
  }
  for (const address of ["ff02::1", "ff02::fb", "ff02::1:2"]) {
    assertEquals(redact(IPv4Schema, { SrcIP: address }).SrcIP, address);
  }
  for (const SrcMAC of ["ff:ff:ff:ff:ff:ff", "01:80:c2:00:00:0e", "33:33:00:00:00:fb"]) {
    assertEquals(redact(EthernetSchema, { SrcMAC }).SrcMAC, SrcMAC);
  }
});

Deno.test("groups that have bits of an address in them become others of their sort", () => {
  const solicited = redact(IPv4Schema, { DstIP: "ff02::1:ff3c:4d5e" }).DstIP;
  assert(/^ff02::1:ff[0-9a-f:]+$/.test(solicited) && solicited !== "ff02::1:ff3c:4d5e", solicited);
  const { DstMAC } = redact(EthernetSchema, { DstMAC: "33:33:ff:3c:4d:5e" });
  assert(/^33:33:ff:/.test(DstMAC) && !DstMAC.endsWith("3c:4d:5e"), DstMAC);
});

Deno.test("a hardware address keeps its vendor, one without keeps that it has none", () => {
  const { SrcMAC, DstMAC } = redact(EthernetSchema, {
    SrcMAC: "00:1b:21:3c:4d:5e",
    DstMAC: "02:42:ac:11:00:02",
  });
  assert(/^00:1b:21:/.test(SrcMAC) && SrcMAC !== "00:1b:21:3c:4d:5e", SrcMAC);
  assert(!/^02:42:ac:11/.test(DstMAC), DstMAC); // of Docker, which has an address of IPv4 in it
  assertEquals(parseInt(DstMAC.slice(0, 2), 16) & 3, 2);
  const texts = ["SEP001B213C4D5E", "00-1b-21-3c-4d-5e", "001b.213c.4d5e", "0:1b:21:3c:4d:5e"];
  for (const UserAgent of texts) {
    const text = redact(HTTPSchema, { UserAgent }).UserAgent.replaceAll(/[^0-9a-f]/g, "");
    assertEquals(text, SrcMAC.replaceAll(":", ""), UserAgent);
  }
});

Deno.test("names of one domain have its pseudonym, and the same label elsewhere is another", () => {
  const [www, mail, other, root] = [
    "www.example.com",
    "mail.EXAMPLE.com",
    "www.example.org",
    "www.example.com.",
  ]
    .map((name) => redactName(name, true).split("."));
  assertEquals(www!.slice(1), mail!.slice(1));
  assertNotEquals(www![0], mail![0]);
  assertNotEquals(www![0], other![0]);
  assertEquals(root, [...www!, ""]);
  assertEquals(redactName("www.example.com", false), "www.example.com");
  assertEquals(redactName("10.1.2.3", true), pseudonymOf([10, 1, 2, 3]));
});

Deno.test("checksums, secrets, and bytes of unknown form are left out, and counted", () => {
  const { leftOut, value } = redacted(TCPSchema, {
    SrcPort: 80,
    Checksum: 0x1234,
    SeqNum: 7,
    Padding: new Uint8Array([10, 1, 2, 3]),
    Options: [{ OptionType: 2, OptionData: new Uint8Array([5, 180]) }, {
      OptionType: 30,
      OptionData: new Uint8Array([10, 1, 2, 3]),
    }],
  });
  assertEquals([value.SrcPort, value.Checksum, value.SeqNum, value.Padding.length], [80, 0, 7, 0]);
  assertEquals(value.Options.map(({ OptionData }) => OptionData.length), [2, 0]);
  assertEquals([...leftOut], [["checksum", 1], ["bytes", 2]]);
  const http = redacted(HTTPSchema, { Parameters: { password: "10.1.2.3" } });
  assertEquals([http.value.Parameters, [...http.leftOut]], [{}, [["secret", 1]]]);
});

Deno.test("a field that the schema does not know is left out, and counted", () => {
  const record = new Uint8Array([
    ...toBinary(IPv4Schema, create(IPv4Schema, { TTL: 9 })),
    0xfa,
    0x3f,
    1,
    65,
  ]);
  const { bytes, leftOut } = rewrite("IPv4", record);
  assertEquals(bytes, toBinary(IPv4Schema, create(IPv4Schema, { TTL: 9 })));
  assertEquals([...leftOut], [["unknown", 1]]);
});

Deno.test("numbers that are addresses in some messages are no numbers there", () => {
  const echo = redact(ICMPv4Schema, { TypeCode: 8 << 8, Id: 2561, Seq: 515 });
  assertEquals([echo.Id, echo.Seq], [2561, 515]);
  const redirect = redact(ICMPv4Schema, { TypeCode: (5 << 8) | 1, Id: 2561, Seq: 515 });
  assertEquals([redirect.Id, redirect.Seq], [0, 0]);
  const GPS = 0x47505300;
  assertEquals(redact(NTPSchema, { Stratum: 1, ReferenceID: GPS }).ReferenceID, GPS);
  assertEquals(
    redact(NTPSchema, { Stratum: 3, ReferenceID: 0x0a010203 }).ReferenceID,
    new DataView(pan([10, 1, 2, 3]).buffer).getUint32(0),
  );
});

Deno.test("addresses within options are rewritten, prefixes as those that have them", () => {
  const mac = [0x00, 0x1b, 0x21, 0x3c, 0x4d, 0x5e];
  const { Options } = redact(DHCPv4Schema, {
    Options: [
      { Type: 3, Data: new Uint8Array([10, 1, 2, 3, 127, 0, 0, 1]) },
      { Type: 61, Data: new Uint8Array([1, ...mac]) },
      {
        Type: 82,
        Data: new Uint8Array(8),
        SubOptions: [{ Type: 1, Data: TEXT.encode("10.1.2.3") }],
      },
      { Type: 12, Data: TEXT.encode("host-10-1-2-3") },
    ],
  });
  const { SrcMAC } = redact(EthernetSchema, { SrcMAC: "00:1b:21:3c:4d:5e" });
  assertEquals([...Options[0]!.Data], [...pan([10, 1, 2, 3]), 127, 0, 0, 1]);
  assertEquals([...Options[1]!.Data], [1, ...SrcMAC.split(":").map((part) => parseInt(part, 16))]);
  assertEquals([Options[2]!.Data.length, Options[2]!.SubOptions[0]!.Data.length], [0, 0]);
  const host = pseudonymOf([10, 1, 2, 3]).replaceAll(".", "-");
  assertEquals(new TextDecoder().decode(Options[3]!.Data), `host-${host}`);

  const prefix = [0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0];
  const data = new Uint8Array([64, 0xc0, ...new Uint8Array(12), ...prefix]);
  const advertised = redact(ICMPv6RouterAdvertisementSchema, {
    Options: [{ Type: 3, Data: data }],
  });
  assertEquals(
    [...advertised.Options[0]!.Data.subarray(14)],
    [...pan(prefix).subarray(0, 8), 0, 0, 0, 0, 0, 0, 0, 0],
  );
});

Deno.test("bytes in a text are no text, and a hash of few things tells none of them", () => {
  const { value, leftOut } = redacted(DNSSchema, {
    Answers: [{
      Name: new Uint8Array([0xc0, 0xa8, 1, 1]),
      TXTs: [TEXT.encode("v=spf1 ip4:10.1.2.3")],
    }],
  });
  assertEquals([...leftOut], [["name", 1]]);
  assertEquals(
    new TextDecoder().decode(value.Answers[0]!.TXTs[0]),
    `v=spf1 ip4:${pseudonymOf([10, 1, 2, 3])}`,
  );
  const Hash = "5a9b1c6a0d7f3e8b2c4d6f8091a2b3c4";
  assert(!redact(FileSchema, { Hash }).Hash.includes(Hash));
  assertEquals(redact(FileSchema, { Hash }).Hash, redact(FileSchema, { Hash }).Hash);
});

Deno.test("another key makes others of the same", () => {
  const [one, other] = [KEY, KEY.map((byte) => byte ^ 1)].map((key) =>
    redacted(IPv4Schema, { SrcIP: "10.1.2.3" }, false, key).value.SrcIP
  );
  assertNotEquals(one, other);
});

/** The messages of the schema. */
type Schema<Of extends Message> = GenMessage<Of>;

function redact<Of extends Message>(schema: Schema<Of>, init: MessageInitShape<Schema<Of>>): Of {
  return redacted(schema, init).value;
}

function redacted<Of extends Message>(
  schema: Schema<Of>,
  init: MessageInitShape<Schema<Of>>,
  names = false,
  key = KEY,
) {
  const record = toBinary(schema, create(schema, init));
  const { bytes, leftOut } = rewrite(schema.name, record, names, key);
  return { value: fromBinary(schema, bytes), leftOut };
}

function rewrite(type: string, record: Uint8Array, names = false, key = KEY) {
  using pseudonyms = new Pseudonyms(key);
  const redaction = new Redaction(pseudonyms, names);
  const out = new WireWriter(1024);
  redaction.record(typeNumber(type), record, 0, record.length, out);
  return { bytes: out.bytes.slice(0, out.at), leftOut: redaction.leftOut };
}

function redactName(name: string, names: boolean): string {
  const { value } = redacted(DNSSchema, { Questions: [{ Name: TEXT.encode(name) }] }, names);
  return new TextDecoder().decode(value.Questions[0]!.Name);
}

function pan(address: readonly number[]): Uint8Array<ArrayBuffer> {
  using cryptoPan = new CryptoPan(KEY);
  const bytes = Uint8Array.from(address);
  cryptoPan.rewrite(bytes, bytes.length);
  return bytes;
}

function pseudonymOf(address: readonly number[]): string {
  return ipText(pan(address));
}
