import { fromBinary } from "@bufbuild/protobuf";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import type { Frame } from "../../decode/captured_frames.ts";
import { recordsOf } from "./redact_capture.ts";

const KEY = new Uint8Array(32).fill(0x5a);
/** For the connections of a frame; more takes longer to make than a frame to read. */
const MEMORY_BYTES = 1 << 16;

/**
 * How many bytes the records of a frame have, and when they are rewritten.
 *
 * @throws When one that is rewritten is none of its type.
 */
export function redactedBytes(
  frame: Frame,
  names: boolean,
): { readonly plain: number; readonly redacted: number } {
  let [plain, redacted] = [0, 0];
  for (const { bytes } of recordsOf([frame], undefined, MEMORY_BYTES).records) {
    plain += bytes.length;
  }
  for (const { type, bytes } of recordsOf([frame], { key: KEY, names }, MEMORY_BYTES).records) {
    fromBinary(recordSchema(type)!, bytes);
    redacted += bytes.length;
  }
  return { plain, redacted };
}
