/** Batches of delimited records of a session, made by zlib, node:crypto and protobuf-es. */
import { create, toBinary } from "@bufbuild/protobuf";
import { createHash } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import { concat } from "../../lib/base/bytes/bytes.ts";
import type { NumberedBatch } from "../../lib/transport/session/session_batch.ts";
import { Type, UDPSchema } from "../../proto/gen/netcap_pb.ts";

const RECORD = toBinary(UDPSchema, create(UDPSchema, { Timestamp: 5n, SrcPort: 53 }));
/** A record of a UDP packet, framed. */
export const FRAMED = concat([Uint8Array.of(RECORD.length), RECORD]);

type Change = Partial<NumberedBatch & { type: number; count: number }>;

export function digestOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest().subarray(0, 8));
}

/** A batch of these, UDP records if nothing else is said, as a session brings it. */
export function batchOf(records: Uint8Array, change: Change = {}): NumberedBatch {
  const { type = Type.NC_UDP, count = 1, ...others } = change;
  return {
    sequence: 9n,
    parts: [{ type, count }],
    encoding: 1,
    minute: 28_401_120,
    firstTime: 5n,
    lastTime: 5n,
    crc: crc32(records),
    recordBytes: records.length,
    containsPayloads: false,
    body: new Uint8Array(deflateRawSync(records)),
    ...others,
  };
}
