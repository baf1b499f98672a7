import { assertEquals } from "@std/assert";
import { parseMessage } from "../../../lib/base/record/parse_message.ts";
import { UDPSchema } from "../../../proto/gen/netcap_pb.ts";

Deno.test("a message is parsed, without the fields that its schema does not have", () => {
  const message = parseMessage(UDPSchema, Uint8Array.of(2 << 3, 53, 0xf8, 0x7f, 1)); // fields 2 and 2047
  assertEquals([message?.SrcPort, message?.$unknown], [53, undefined]);
});

Deno.test("bytes that are no message give none", () => {
  const wrong = [[2 << 3], [2 << 3, 0x80], [0xff], [(2 << 3) | 7, 1], [(2 << 3) | 2, 5, 1]];
  for (const bytes of wrong) {
    assertEquals(parseMessage(UDPSchema, Uint8Array.from(bytes)), undefined, `${bytes}`);
  }
});
