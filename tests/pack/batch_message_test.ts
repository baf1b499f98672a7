import { create, toBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { encodeBatchMessage, parseBatchMessage } from "../../lib/pack/batch_message.ts";
import { BatchSchema, Type } from "../../proto/gen/netcap_pb.ts";

const DATA = Uint8Array.of(2, 8, 1);

Deno.test("encodeBatchMessage() writes the original's fields, worked out by hand", () => {
  const batch = { type: Type.NC_Ethernet, data: DATA, count: 1 };
  assertEquals(
    encodeHex(encodeBatchMessage("alice", batch, true)),
    "0a05616c6963651007180322030208012801",
  );
});

Deno.test("parseBatchMessage() reads what protobuf-es writes, and refuses what is cut", () => {
  const message = create(BatchSchema, { ClientID: "xyz", MessageType: Type.NC_UDP, Data: DATA });
  const bytes = toBinary(BatchSchema, message);
  const { ClientID, MessageType, Data } = parseBatchMessage(bytes)!;
  assertEquals([ClientID, MessageType, Data], ["xyz", Type.NC_UDP, DATA]);
  assertEquals(parseBatchMessage(bytes.subarray(0, -1)), undefined);
});

Deno.test("parseBatchMessage() keeps no unknown fields, of which a datagram can hold millions", () => {
  const unknown = new Uint8Array(2000).fill(0).map((_, at) => at % 2 === 0 ? 0x30 : 1);
  const parsed = parseBatchMessage(concat([parseHex("0a0178")!, unknown]))!;
  assertEquals([parsed.ClientID, parsed.$unknown], ["x", undefined]);
});
