import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { tagsOf } from "../../lib/base/record/tags.ts";
import { WireWriter } from "../../lib/base/record/wire_writer.ts";
import { writeText } from "../../lib/decode/text.ts";
import { SIPSchema } from "../../proto/gen/netcap_pb.ts";
import * as TAGGED from "../../proto/netcap_tags.ts";
import { randomNumbers } from "../base/random_numbers.ts";
import { frame } from "./decode_frame.ts";

const TAG = tagsOf(TAGGED.SIPSchema);

function written(bytes: Uint8Array): Uint8Array {
  const out = new WireWriter(64);
  writeText(out, TAG.ResponseStatus, bytes, 0, bytes.length);
  return out.bytes.slice(0, out.at);
}

function read(bytes: Uint8Array): string {
  return fromBinary(SIPSchema, written(bytes)).ResponseStatus;
}

Deno.test("text has the bytes that protobuf-es writes", () => {
  for (const ResponseStatus of ["", "OK", "é", "\u07ff\u0800\ud7ff\ue000\uffff", "😀\u{10ffff}"]) {
    assertEquals(
      written(new TextEncoder().encode(ResponseStatus)),
      toBinary(SIPSchema, create(SIPSchema, { ResponseStatus })),
    );
  }
});

Deno.test("each byte that is no UTF-8 is one U+FFFD", () => {
  // Unicode 15, table 3-7: what may follow which first byte.
  const wrong = [
    "80",
    "c1bf",
    "c3",
    "e09fbf",
    "e282",
    "eda080",
    "f08fbfbf",
    "f4908080",
    "f5",
    "ff",
  ];
  for (const hex of wrong) {
    const bytes = frame("41", hex, "42");
    assertEquals(read(bytes), `A${"\ufffd".repeat(bytes.length - 2)}B`, hex);
  }
});

Deno.test("what is text for the platform's decoder is the same text here, and the rest is text", () => {
  const random = randomNumbers(3);
  for (let round = 0; round < 20_000; round++) {
    const bytes = Uint8Array.from(
      { length: random(6) },
      () => random(2) === 0 ? random(256) : 0x41,
    );
    const theirs = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    // It may write one U+FFFD for several bytes.
    assertEquals(alike(read(bytes)), alike(theirs), bytes.join());
  }
});

function alike(text: string): string {
  return text.replaceAll(/\ufffd+/g, "\ufffd");
}
