import { assert, assertEquals } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import { BatchSchema, Type } from "../../proto/gen/netcap_pb.ts";
import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { checkBatch } from "../../lib/verify/check_batch.ts";
import { VECTOR } from "../seal/vector.ts";

const hex = (text: string) => parseHex(text)!;

function batch(type: number, data: Uint8Array, clientId = "xyz"): Uint8Array {
  return toBinary(
    BatchSchema,
    create(BatchSchema, { ClientID: clientId, MessageType: type, Data: data }),
  );
}

Deno.test("checkBatch() takes the original's batch and leaves its file header out", () => {
  const checked = checkBatch(hex(VECTOR.batch));
  assert("batch" in checked);
  const { clientId, type, count, records, firstTime, lastTime } = checked.batch;
  assertEquals([clientId, type, count], ["alice", Type.NC_Ethernet, 1]);
  assertEquals(encodeHex(records), "35" + VECTOR.ethernetRecord);
  assertEquals([firstTime, lastTime], [1600000000000000001n, 1600000000000000001n]);
});

Deno.test("checkBatch() takes a header only in front, and only one for the batch's own type", () => {
  const ethernet = `35${VECTOR.ethernetRecord}`;
  const header = `1b${VECTOR.headerRecord}`;
  const behind = checkBatch(batch(Type.NC_Ethernet, hex(ethernet + header)));
  assert("batch" in behind);
  assertEquals(behind.batch.count, 2);
  const otherType = checkBatch(batch(Type.NC_ARP, hex(header)));
  assert("batch" in otherType);
  assertEquals(otherType.batch.count, 1);
});

Deno.test("checkBatch() finds the smallest and the largest time", () => {
  // Timestamps 5, 2^56 + 1, 300 as varints.
  const records = hex("020805" + "0a08818080808080808001" + "0308ac02");
  const checked = checkBatch(batch(Type.NC_UDP, records));
  assert("batch" in checked);
  assertEquals([checked.batch.firstTime, checked.batch.lastTime], [5n, 2n ** 56n + 1n]);
});

Deno.test("checkBatch() refuses with the reason", () => {
  const record = `35${VECTOR.ethernetRecord}`;
  const wrong = [
    [hex("ffff"), "not a batch"],
    [batch(2, hex(record)), "unknown type"],
    [batch(Type.NC_Header, hex(record)), "unknown type"],
    [batch(Type.NC_TCPOption, hex(record)), "unknown type"],
    [batch(4711, hex(record)), "unknown type"],
    [batch(Type.NC_Ethernet, hex("")), "no records"],
    [batch(Type.NC_Ethernet, hex(`1b${VECTOR.headerRecord}`)), "no records"],
    [batch(Type.NC_Ethernet, hex(record + "35")), "broken framing"],
    [batch(Type.NC_Ethernet, hex(record.slice(0, -2))), "broken framing"],
    [batch(Type.NC_Ethernet, hex(record + "ffffffffffffffffffff01")), "broken framing"],
    // Framing of the agents after August 2020: no lengths.
    [batch(Type.NC_Ethernet, hex(VECTOR.ethernetRecord)), "broken framing"],
    [batch(Type.NC_Ethernet, hex("0208ff")), "broken record"], // a varint without end
    [batch(Type.NC_Ethernet, hex("03120508")), "broken record"], // text longer than the record
    [batch(Type.NC_Ethernet, hex("020001")), "broken record"], // field number 0
    [batch(Type.NC_Ethernet, hex("010b")), "broken record"], // a group
  ] as const;
  for (const [message, refusal] of wrong) {
    assertEquals(checkBatch(message), { refusal }, encodeHex(message));
  }
});

Deno.test("checkBatch() gives the time 0 to records without one, and says what the sender says", () => {
  const message = { ClientID: "../../etc", MessageType: Type.NC_UDP, Data: hex("021005") };
  for (const ContainsPayloads of [false, true]) {
    const checked = checkBatch(
      toBinary(BatchSchema, create(BatchSchema, { ...message, ContainsPayloads })),
    );
    assert("batch" in checked);
    const { clientId, containsPayloads, firstTime, lastTime } = checked.batch;
    assertEquals([clientId, containsPayloads], ["../../etc", ContainsPayloads]);
    assertEquals([firstTime, lastTime], [0n, 0n]);
  }
});

Deno.test("checkBatch() orders times before 1970 before those after", () => {
  const records = hex("020805" + "0b08ffffffffffffffffff01"); // 5 and -1
  const checked = checkBatch(batch(Type.NC_UDP, records));
  assert("batch" in checked);
  assertEquals([checked.batch.firstTime, checked.batch.lastTime], [-1n, 5n]);
});
