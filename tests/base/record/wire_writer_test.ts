import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { tagsOf } from "../../../lib/base/record/tags.ts";
import { MAX_RECORD_BYTES, WireWriter } from "../../../lib/base/record/wire_writer.ts";
import {
  CIPSchema,
  EthernetSchema,
  HelloPkgSchema,
  ICMPv6RouterSolicitationSchema,
  IPSecAHSchema,
  NTPSchema,
  TCPSchema,
  UDPSchema,
  USBSchema,
} from "../../../proto/gen/netcap_pb.ts";
import * as TAGGED from "../../../proto/netcap_tags.ts";
import { randomNumbers } from "../random_numbers.ts";

const AH = tagsOf(TAGGED.IPSecAHSchema);
const CIP = tagsOf(TAGGED.CIPSchema);
const HELLO = tagsOf(TAGGED.HelloPkgSchema);
const NTP = tagsOf(TAGGED.NTPSchema);
const TCP = tagsOf(TAGGED.TCPSchema);
const UDP = tagsOf(TAGGED.UDPSchema);
const USB = tagsOf(TAGGED.USBSchema);
const DHCP = tagsOf(TAGGED.DHCPv4Schema);
const SOLICITATION = tagsOf(TAGGED.ICMPv6RouterSolicitationSchema);
const OPTION = tagsOf(TAGGED.ICMPv6OptionSchema);

/** What `write` writes into an empty writer of that capacity. */
function written(write: (out: WireWriter) => void, capacity = 16): Uint8Array {
  const out = new WireWriter(capacity);
  write(out);
  assertEquals(out.overflowed, false);
  return out.bytes.slice(0, out.at);
}

function bytesOfHex(hex: string): Uint8Array {
  const bytes = parseHex(hex);
  assert(bytes);
  return bytes;
}

/** Numbers of every length: as many bits as `random` says. */
function randomWidth(random: (limit: number) => number): number {
  return Math.floor(random(2 ** 32) / 2 ** random(33));
}

Deno.test("numbers of every width have the bytes that protobuf-es writes", () => {
  const random = randomNumbers(1);
  const halves = new DataView(new ArrayBuffer(8));
  const source = new Uint8Array(halves.buffer);
  for (let round = 0; round < 2000; round++) {
    const [rootDelay, referenceId, seconds, fraction] = Array.from(
      { length: 4 },
      () => randomWidth(random),
    ) as [number, number, number, number];
    const poll = randomWidth(random) | 0; // every int32
    halves.setUint32(0, seconds);
    halves.setUint32(4, fraction);
    const origin = halves.getBigUint64(0);
    const record = written((out) => {
      out.int32(NTP.Poll, poll);
      out.uint32(NTP.RootDelay, rootDelay);
      out.uint64Of(NTP.OriginTimestamp, source, 0);
    });
    assertEquals(
      record,
      toBinary(
        NTPSchema,
        create(NTPSchema, { Poll: poll, RootDelay: rootDelay, OriginTimestamp: origin }),
      ),
      `round ${round}: ${poll}, ${rootDelay}, ${origin}`,
    );
    halves.setUint32(2, referenceId);
    assertEquals(
      written((out) => out.uint32Of(NTP.ReferenceID, source, 2)),
      toBinary(NTPSchema, create(NTPSchema, { ReferenceID: referenceId })),
    );
  }
});

Deno.test("numbers at the edges have the bytes that protobuf-es writes", () => {
  for (const value of [1, 127, 128, 16383, 16384, 2 ** 28, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
    assertEquals(
      written((out) => out.uint32(TCP.SeqNum, value)),
      toBinary(TCPSchema, create(TCPSchema, { SeqNum: value })),
    );
  }
  for (const value of [-1, -128, 2 ** 31 - 1, -(2 ** 31)]) {
    assertEquals(
      written((out) => out.int32(NTP.Precision, value)),
      toBinary(NTPSchema, create(NTPSchema, { Precision: value })),
    );
  }
});

Deno.test("64-bit numbers with and without a sign have the bytes that protobuf-es writes", () => {
  for (const value of [0n, 1n, -1n, 2n ** 31n, 2n ** 32n, 2n ** 53n + 1n, -(2n ** 63n)]) {
    assertEquals(
      written((out) => out.int64(TCP.Timestamp, value)),
      toBinary(TCPSchema, create(TCPSchema, { Timestamp: value })),
    );
    const unsigned = BigInt.asUintN(64, value);
    assertEquals(
      written((out) => out.int64(NTP.OriginTimestamp, unsigned)),
      toBinary(NTPSchema, create(NTPSchema, { OriginTimestamp: unsigned })),
    );
  }
});

Deno.test("32 bits of a packet in a field with a sign are two's complement", () => {
  const source = bytesOfHex("00000000 7fffffff 80000000 fedcba98".replaceAll(" ", ""));
  for (const [at, SPI] of [[0, 0], [4, 2 ** 31 - 1], [8, -(2 ** 31)], [12, -19088744]] as const) {
    assertEquals(
      written((out) => out.int32Of(AH.SPI, source, at)),
      toBinary(IPSecAHSchema, create(IPSecAHSchema, { SPI })),
    );
  }
});

Deno.test("little-endian numbers have the bytes that protobuf-es writes", () => {
  const random = randomNumbers(6);
  const source = new DataView(new ArrayBuffer(17));
  const bytes = new Uint8Array(source.buffer);
  for (let round = 0; round < 500; round++) {
    source.setUint32(1, randomWidth(random), true);
    source.setUint32(5, randomWidth(random), true);
    source.setUint32(9, randomWidth(random), true);
    source.setInt32(13, randomWidth(random) | 0, true);
    const expected = {
      ID: source.getBigUint64(1, true),
      Status: source.getInt32(13, true),
      UrbLength: source.getUint32(9, true),
    };
    assertEquals(
      written((out) => {
        out.uint64LeOf(USB.ID, bytes, 1);
        out.int32LeOf(USB.Status, bytes, 13);
        out.uint32LeOf(USB.UrbLength, bytes, 9);
      }),
      toBinary(USBSchema, create(USBSchema, expected)),
    );
  }
});

Deno.test("lists of numbers have the packed bytes that protobuf-es writes", () => {
  const random = randomNumbers(5);
  for (const count of [0, 1, 2, 25, 200]) {
    const source = new DataView(new ArrayBuffer(4 * count));
    const NeighborID = Array.from({ length: count }, () => randomWidth(random));
    NeighborID.forEach((id, index) => source.setUint32(4 * index, id));
    assertEquals(
      written((out) =>
        out.uint32sOf(HELLO.NeighborID, new Uint8Array(source.buffer), 0, 4 * count)
      ),
      toBinary(HelloPkgSchema, create(HelloPkgSchema, { NeighborID })),
    );
  }
});

Deno.test("lists of little-endian numbers have the packed bytes that protobuf-es writes", () => {
  for (const AdditionalStatus of [[], [0], [0x2105], [1, 0x7f, 0x80, 0x3fff, 0x4000, 0xffff]]) {
    const source = new Uint8Array(Uint16Array.from(AdditionalStatus).buffer); // of this machine
    assertEquals(
      written((out) => out.uint16sLeOf(CIP.AdditionalStatus, source, 0, source.length)),
      toBinary(CIPSchema, create(CIPSchema, { AdditionalStatus })),
    );
  }
});

Deno.test("times are exact as far as 64 bits reach, also before 1970", () => {
  const random = randomNumbers(2);
  const times: [number, number][] = [
    [-9_223_372_037, 145_224_192], // the least and the greatest int64
    [9_223_372_036, 854_775_807],
  ];
  for (const sec of [-1, -(2 ** 16), -(2 ** 16) - 1, -(2 ** 31), -(2 ** 33)]) {
    for (const nsec of [0, 1, 268_435_456, 999_999_999]) times.push([sec, nsec]);
  }
  for (const sec of [0, 1, 2 ** 16 - 1, 2 ** 16, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 33]) {
    for (const nsec of [0, 1, 127, 128, 268_435_455, 268_435_456, 999_999_999]) {
      times.push([sec, nsec]);
    }
  }
  for (let round = 0; round < 5000; round++) {
    const sec = randomWidth(random) * 2 + random(2);
    times.push([round % 2 === 0 ? sec : -sec, random(1_000_000_000)]);
  }
  for (const [sec, nsec] of times) {
    const Timestamp = BigInt(sec) * 1_000_000_000n + BigInt(nsec);
    assertEquals(
      written((out) => out.nanos(UDP.Timestamp, sec, nsec)),
      toBinary(UDPSchema, create(UDPSchema, { Timestamp })),
      `${sec} s, ${nsec} ns`,
    );
  }
});

Deno.test("doubles have the bytes that protobuf-es writes", () => {
  const tag = tagsOf(TAGGED.EthernetSchema).PayloadEntropy;
  for (const value of [1, 0.1, 7.999999999999999, -2.5, 5e-324, 1.7976931348623157e308, Infinity]) {
    assertEquals(
      written((out) => out.double(tag, value)),
      toBinary(EthernetSchema, create(EthernetSchema, { PayloadEntropy: value })),
    );
  }
});

Deno.test("flags and bytes have the bytes that protobuf-es writes, at every length", () => {
  const source = new Uint8Array(20_000).map((_, at) => at * 7);
  for (const length of [1, 2, 63, 64, 65, 127, 128, 255, 256, 257, 1460, 16383, 16384]) {
    const record = written((out) => {
      out.bool(TCP.SYN, true);
      out.bytesOf(TCP.Payload, source, 9, 9 + length);
    });
    const Payload = source.slice(9, 9 + length);
    assertEquals(record, toBinary(TCPSchema, create(TCPSchema, { SYN: true, Payload })));
  }
});

Deno.test("zero values are left out", () => {
  const nothing = written((out) => {
    out.nanos(TCP.Timestamp, 0, 0);
    out.uint32(TCP.SeqNum, 0);
    out.uint32Of(TCP.AckNum, new Uint8Array(4), 0);
    out.int32(NTP.Poll, 0);
    out.uint64Of(NTP.OriginTimestamp, new Uint8Array(8), 0);
    out.bool(TCP.SYN, false);
    out.double(tagsOf(TAGGED.EthernetSchema).PayloadEntropy, 0);
    out.bytesOf(TCP.Payload, new Uint8Array(8), 3, 3);
    out.ipText(TCP.SrcIP, new Uint8Array(4), 0, 0);
    out.macText(DHCP.ClientHWAddr, new Uint8Array(4), 0, 0);
  });
  assertEquals(nothing.length, 0);
});

/** The text that `write` puts into a field of its own. */
function textOf(write: (out: WireWriter) => void): string {
  return fromBinary(TCPSchema, written(write)).SrcIP;
}

Deno.test("decimal digits are those of the number", () => {
  const random = randomNumbers(4);
  const numbers = [0, 9, 10, 99, 100, 255, 65535, 999_999_999, 1_000_000_000, 2 ** 32 - 1];
  for (let round = 0; round < 500; round++) numbers.push(randomWidth(random));
  const text = textOf((out) => {
    const mark = out.open(TCP.SrcIP);
    for (const number of numbers) {
      out.decimal(number);
      out.byte(0x2c);
    }
    out.close(mark);
  });
  assertEquals(text, numbers.map((number) => `${number},`).join(""));
});

Deno.test("messages in messages have lengths of every size, the empty one too", () => {
  const source = new Uint8Array(70_000).map((_, at) => at * 11);
  const lengths = [0, 1, 123, 124, 125, 126, 127, 128, 16_379, 16_380, 16_384, 70_000];
  const record = written((out) => {
    for (const length of lengths) {
      const option = out.open(SOLICITATION.Options);
      out.bytesOf(OPTION.Data, source, 0, length);
      out.close(option);
    }
  });
  const Options = lengths.map((length) => ({ Data: source.slice(0, length) }));
  assertEquals(
    record,
    toBinary(
      ICMPv6RouterSolicitationSchema,
      create(ICMPv6RouterSolicitationSchema, { Options }),
    ),
  );
});

Deno.test("content written piece by piece is one field", () => {
  const source = new Uint8Array(1000).map((_, at) => at);
  const record = written((out) => {
    const mark = out.open(UDP.Payload);
    out.raw(source, 0, 300);
    out.byte(0xff);
    out.raw(source, 300, 1000);
    out.close(mark);
  });
  const Payload = new Uint8Array([...source.subarray(0, 300), 0xff, ...source.subarray(300)]);
  assertEquals(record, toBinary(UDPSchema, create(UDPSchema, { Payload })));
});

Deno.test("a writer of any capacity writes the same, and keeps what stands before a record", () => {
  const source = new Uint8Array(400).map((_, at) => at);
  const write = (out: WireWriter) => {
    out.nanos(TCP.Timestamp, 1_700_000_000, 1);
    out.uint32(TCP.SeqNum, 2 ** 32 - 1);
    out.bool(TCP.SYN, true);
    out.bytesOf(TCP.Payload, source, 0, 400);
    out.ipText(TCP.SrcIP, source, 0, 16);
    const mark = out.open(TCP.DstIP);
    out.decimal(4_294_967_295);
    out.close(mark);
  };
  const expected = written(write, 4096);
  for (let capacity = 0; capacity < 64; capacity++) {
    assertEquals(written(write, capacity), expected, `capacity ${capacity}`);
  }
});

const TOO_LARGE = new Uint8Array(MAX_RECORD_BYTES + 1);

/** Ways to pass the limit of a record. */
const OVERFLOWS: Record<string, (out: WireWriter) => void> = {
  "one field": (out) => out.bytesOf(UDP.Payload, TOO_LARGE, 0, TOO_LARGE.length),
  "two fields": (out) => {
    out.bytesOf(UDP.Payload, TOO_LARGE, 0, MAX_RECORD_BYTES / 2);
    out.bytesOf(UDP.Payload, TOO_LARGE, 0, MAX_RECORD_BYTES / 2);
  },
  "content": (out) => {
    const mark = out.open(UDP.Payload);
    out.raw(TOO_LARGE, 0, TOO_LARGE.length);
    out.close(mark);
  },
  "numbers": (out) => {
    for (let count = 0; count < MAX_RECORD_BYTES / 2; count++) out.uint32(TCP.Window, 65535);
  },
  "bytes": (out) => {
    const mark = out.open(UDP.Payload);
    for (let count = 0; count <= MAX_RECORD_BYTES; count++) out.byte(1);
    out.close(mark);
  },
  "addresses": (out) => {
    for (let count = 0; count < MAX_RECORD_BYTES / 16; count++) {
      out.macText(DHCP.ClientHWAddr, TOO_LARGE, 0, 255);
    }
  },
};

Deno.test("a record that passes the limit is given up, whatever room the buffer has", () => {
  for (const [what, write] of Object.entries(OVERFLOWS)) {
    for (const capacity of [16, 4 * MAX_RECORD_BYTES]) {
      const out = new WireWriter(capacity);
      out.uint32(TCP.SeqNum, 12345);
      const before = out.bytes.slice(0, out.at);
      out.recordAt = out.at;
      write(out);
      assertEquals(out.overflowed, true, what);
      assertEquals(out.bytes.slice(0, before.length), before, "the record before it");
      assertLessOrEqual(out.bytes.length, 4 * MAX_RECORD_BYTES);

      out.at = out.recordAt;
      out.overflowed = false;
      out.uint32(TCP.SeqNum, 67890);
      assertEquals(
        out.bytes.slice(out.recordAt, out.at),
        toBinary(TCPSchema, create(TCPSchema, { SeqNum: 67890 })),
        "the record after it",
      );
    }
  }
});

Deno.test("a record below the limit is kept, behind others that fill the buffer", () => {
  const length = MAX_RECORD_BYTES - 16;
  const out = new WireWriter(16);
  for (let record = 0; record < 3; record++) {
    out.recordAt = out.at;
    out.bytesOf(UDP.Payload, TOO_LARGE, 0, length);
    assertEquals(out.overflowed, false);
    assertEquals(
      fromBinary(UDPSchema, out.bytes.subarray(out.recordAt, out.at)).Payload.length,
      length,
    );
  }
});
