/** Compact batches of a session for tests of the store, and their records as protobuf-es reads them. */
import { fromBinary } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { Dissector } from "../../../lib/decode/dissect.ts";
import { DECODERS } from "../../../lib/decode/registry.ts";
import { type Batch, isCompact } from "../../../lib/gather/batch.ts";
import { Batches } from "../../../lib/gather/batches.ts";
import { CompactBatches } from "../../../lib/gather/compact/compact_batches.ts";
import { digestOf } from "../../../lib/pack/digest.ts";
import { type PackedBatch, packedCompactBatch } from "../../../lib/pack/packed_batch.ts";
import type { NumberedBatch } from "../../../lib/transport/session/session_batch.ts";
import {
  type CheckedSessionBatch,
  checkSessionBatch,
} from "../../../lib/verify/check_session_batch.ts";
import { MadeRecords } from "../../../lib/verify/compact_parts.ts";
import { Type } from "../../../proto/gen/netcap_pb.ts";

const MADE = new MadeRecords(() => 0);
const ETHERNET = "0200000000020200000000010800";
/** Behind the source port. */
const UDP_HEADER = "000900080000";
const TCP_HEADER = "005000000000000000005002040000000000";
const RECORDS = { payload: false, context: false, entropy: false };

const PACKED = new Map<string, PackedBatch>();

/** A batch with a UDP and a TCP packet, whose records tell session and sequence. */
export function compactBatch(session: bigint, sequence: bigint): CheckedSessionBatch {
  const checked = checkSessionBatch(compactSessionBatch(session, sequence), MADE);
  assertEquals([checked.reason, checked.parts.length], [0, 2]);
  return checked;
}

/** The same as it comes. */
export function compactSessionBatch(session: bigint, sequence: bigint): NumberedBatch {
  const name = `${session}/${sequence}`;
  const packed = PACKED.get(name) ?? pack(session, sequence);
  PACKED.set(name, packed);
  const body = packed.body.slice(); // the store's, which gives it back
  return { ...packed, sequence, digest: digestOf(body), body };
}

function pack(session: bigint, sequence: bigint): PackedBatch {
  const closed: Batch[] = [];
  const compact = new CompactBatches(
    new Batches(4096, (batch) => closed.push(batch)),
    { isWanted: isPart, hasContext: false },
    (batch) => closed.push(batch),
  );
  compact.switchOn();
  const dissector = new Dissector(DECODERS, compact, RECORDS, isPart, [], compact);
  const port = Number(sequence).toString(16).padStart(4, "0");
  for (const [protocol, length, header] of [["11", "1c", UDP_HEADER], ["06", "28", TCP_HEADER]]) {
    const ip = `450000${length}0000000040${protocol}00000a0000010a000002`;
    const packet = parseHex(ETHERNET + ip + port + header)!;
    dissector.packet(
      ...[packet, 0, packet.length, packet.length] as const,
      ...[Number(session), Number(sequence), 1] as const,
    );
  }
  compact.closeAll();
  const [batch] = closed;
  assert(closed.length === 1 && batch && isCompact(batch));
  return packedCompactBatch(batch, { minute: 0, containsPayloads: false });
}

function isPart(type: number): boolean {
  return type === Type.NC_UDP || type === Type.NC_TCP;
}

/** Asserts that a part's framed records are the one of that batch. */
export function assertPart(
  type: number,
  records: Uint8Array,
  session: bigint,
  sequence: bigint,
): void {
  assertEquals(records[0], records.length - 1);
  const record = fromBinary(recordSchema(type)!, records.subarray(1)) as unknown as {
    Timestamp: bigint;
    SrcPort: number;
  };
  assertEquals(
    [record.Timestamp, record.SrcPort],
    [session * 1_000_000_000n + sequence, Number(sequence)],
  );
}
