import { isMadeByCollector, RECORD_TYPES } from "../../base/record/record_types.ts";
import { Encoding } from "../../pack/packed_batch.ts";
import { MAX_BODY_BYTES } from "../../seal/channel_message.ts";
import type { SealedBodyOpener } from "../../seal/sealed_body.ts";
import type { Admitted, SessionHost } from "./session_host.ts";
import type { CollectorValues } from "../session/session_values.ts";

/**
 * What a collector takes of sensors. All are named: a sensor sends rows of its books only to who does,
 * since a build that did not know them would refuse them.
 */
const SENSOR_TYPES = RECORD_TYPES.filter((type) => !isMadeByCollector(type));

/** What a sensor of schema 2 is told. */
export function collectorValues(
  { storeId }: SessionHost,
  opener: SealedBodyOpener,
  { wantedTypes }: Admitted,
): CollectorValues {
  return {
    encodings: [Encoding.Delimited, Encoding.Compact],
    storeId,
    largestBatch: MAX_BODY_BYTES,
    wantedTypes: wantedTypes ?? SENSOR_TYPES,
    sealedKeys: opener.keyIds,
    time: BigInt(Date.now()) * 1_000_000n,
  };
}
