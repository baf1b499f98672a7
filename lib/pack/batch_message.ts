import { create, toBinary } from "@bufbuild/protobuf";
import { type Batch as BatchMessage, BatchSchema } from "../../proto/gen/netcap_pb.ts";
import { parseMessage } from "../base/record/parse_message.ts";
import type { Batch } from "../gather/batch.ts";

/** The original's `Batch` message around the framed records of one batch. */
export function encodeBatchMessage(
  clientId: string,
  batch: Batch,
  containsPayloads: boolean,
): Uint8Array<ArrayBuffer> {
  return toBinary(
    BatchSchema,
    create(BatchSchema, {
      ClientID: clientId,
      MessageType: batch.type,
      TotalSize: batch.data.length,
      Data: batch.data,
      ContainsPayloads: containsPayloads,
    }),
  );
}

/** The `Batch` message in `bytes`; undefined when they are none. */
export function parseBatchMessage(bytes: Uint8Array): BatchMessage | undefined {
  return parseMessage(BatchSchema, bytes);
}
