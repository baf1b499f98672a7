import { fromBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { tagsOf } from "../../lib/base/record/tags.ts";
import { WireWriter } from "../../lib/base/record/wire_writer.ts";
import { writeDecimalText } from "../../lib/decode/decimal_text.ts";
import { SIPSchema } from "../../proto/gen/netcap_pb.ts";
import * as TAGGED from "../../proto/netcap_tags.ts";
import { randomNumbers } from "../base/random_numbers.ts";

const TAG = tagsOf(TAGGED.SIPSchema);

function read(source: DataView<ArrayBuffer>, isSigned: boolean): string {
  const out = new WireWriter(64);
  const bytes = new Uint8Array(source.buffer);
  writeDecimalText(out, TAG.ResponseStatus, bytes, 0, bytes.length, isSigned);
  return fromBinary(SIPSchema, out.bytes.slice(0, out.at)).ResponseStatus;
}

Deno.test("numbers of 4 and 8 bytes are written as the platform writes them", () => {
  const random = randomNumbers(4);
  const view4 = new DataView(new ArrayBuffer(4));
  const view8 = new DataView(new ArrayBuffer(8));
  const words = [0, 1, 9, 10, 0x7fffffff, 0x80000000, 0xffffffff];
  for (let round = 0; round < 2_000; round++) {
    const [high, low] = [random, random].map((next) =>
      next(2) === 0 ? words[next(words.length)]! : next(0x10000) * 0x10000 + next(0x10000)
    );
    view4.setUint32(0, low!);
    view8.setUint32(0, high!);
    view8.setUint32(4, low!);
    assertEquals(read(view4, false), String(view4.getUint32(0)));
    assertEquals(read(view4, true), String(view4.getInt32(0)));
    assertEquals(read(view8, false), String(view8.getBigUint64(0)));
    assertEquals(read(view8, true), String(view8.getBigInt64(0)));
  }
});
