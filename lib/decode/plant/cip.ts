/**
 * Common Industrial Protocol: requests and responses to objects. The CIP Networks Library (ODVA),
 * volume 1, section 2-4 (message router) and appendix C-1.4 (paths, in their padded form). Bytes:
 *
 *     service 1, path size 1 in words, path, data
 *     service 1 with 0x80, reserved 1, status 1, size of additional status 1 in words, this, data
 */
import { u16le } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { CIPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const cip = new Decoder({ name: "Cip", schema: CIPSchema, decode });

const TAG = tagsOf(CIPSchema);
const REQUEST_HEADER_BYTES = 2;
const RESPONSE_HEADER_BYTES = 4;
const RESPONSE = 0x80;
/** Logical segments, without the two bits that say how long the value is. */
const CLASS = 0x20;
const INSTANCE = 0x24;
const ELECTRONIC_KEY = 0x34;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < REQUEST_HEADER_BYTES) return Outcome.Truncated;
  const isResponse = (bytes[at]! & RESPONSE) !== 0;
  if (isResponse && end - at < RESPONSE_HEADER_BYTES) return Outcome.Truncated;
  const headerEnd = at + (isResponse ? RESPONSE_HEADER_BYTES : REQUEST_HEADER_BYTES);
  const dataAt = headerEnd + 2 * bytes[headerEnd - 1]!;
  if (dataAt > end) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.bool(TAG.Response, isResponse);
  out.uint32(TAG.ServiceID, bytes[at]! & ~RESPONSE);
  if (isResponse) {
    out.uint32(TAG.Status, bytes[at + 2]!);
    out.uint16sLeOf(TAG.AdditionalStatus, bytes, headerEnd, dataAt);
  } else {
    writeFirst(out, TAG.ClassID, CLASS, bytes, headerEnd, dataAt);
    writeFirst(out, TAG.InstanceID, INSTANCE, bytes, headerEnd, dataAt);
  }
  if (p.options.payload) out.bytesOf(TAG.Data, bytes, dataAt, end);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  p.at = p.segmentAt;
  p.end = p.segmentEnd;
  p.next = p.segmentNext;
  return Outcome.Ok;
}

/** Writes the value of the first logical segment of that kind in a path. */
function writeFirst(
  out: WireWriter,
  tag: Tag<number>,
  kind: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  while (at < end) {
    const segmentEnd = at + segmentBytes(bytes, at);
    if (segmentEnd > end) return;
    switch (bytes[at]! - kind) {
      case 0:
        return out.uint32(tag, bytes[at + 1]!);
      case 1:
        return out.uint32(tag, u16le(bytes, at + 2));
      case 2:
        return out.uint32LeOf(tag, bytes, at + 2);
    }
    at = segmentEnd;
  }
}

/** Length of the segment at `at`; past any path for one that cannot be passed over. */
function segmentBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const second = bytes[at + 1]!;
  switch (first >> 5) {
    case 0: { // port: a number, in 2 more bytes when it is 15, and an address
      const extended = (first & 0xf) === 0xf ? 2 : 0;
      return even((first & 0x10) === 0 ? 2 + extended : 2 + extended + second);
    }
    case 1: // logical: a value of 1, 2 or 4 bytes, the latter behind a 0
      return first === ELECTRONIC_KEY ? 10 : 2 + 2 * (first & 3);
    case 2: // network
      return (first & 0x10) === 0 ? 2 : 2 + 2 * second;
    case 3: // symbolic
      return even(1 + (first & 0x1f));
    case 4: // data: words, or the letters of a name
      return first === 0x91 ? even(2 + second) : 2 + 2 * second;
    default:
      return Infinity;
  }
}

function even(length: number): number {
  return length + (length & 1);
}
