import { create, toBinary } from "@bufbuild/protobuf";
import { OperatorActSchema } from "../../../proto/gen/netcap_pb.ts";
import { frameRecords } from "../../base/record/delimited.ts";
import { typeNumber } from "../../base/record/record_types.ts";
import { digestOf } from "../../pack/digest.ts";
import { packRecords } from "../../pack/member.ts";
import type { OperatorAct } from "../../seal/access/act_log.ts";
import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";

/** Acts that were done at once, as a batch of a session. */
export function actBatch(sequence: bigint, acts: readonly OperatorAct[]): CheckedSessionBatch {
  const times = acts.map(({ atMs }) => atMs);
  const records = acts.map(({ act: Act, name: Name, key: Key, who: Who, detail: Detail, atMs }) =>
    toBinary(
      OperatorActSchema,
      create(OperatorActSchema, { Timestamp: nanos(atMs), Act, Name, Key, Who, Detail }),
    )
  );
  const packed = packRecords(frameRecords(records));
  const part = { type: typeNumber("OperatorAct"), count: acts.length };
  return {
    sequence,
    minute: Math.floor(Math.max(...times) / 60_000),
    containsPayloads: false,
    firstTime: nanos(Math.min(...times)),
    lastTime: nanos(Math.max(...times)),
    reason: 0,
    digest: digestOf(packed.body),
    claims: [part],
    parts: [{ ...part, ...packed }],
  };
}

function nanos(ms: number): bigint {
  return BigInt(ms) * 1_000_000n;
}
