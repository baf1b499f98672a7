/**
 * Ethernet's configuration testing ("loopback"): how many bytes to skip (2, little-endian), then
 * messages, each behind its function (2, little-endian). A station that is to forward the frame
 * raises the number by its message and sends the frame to the address in it. The Ethernet, version
 * 2.0 (1982), section 8.
 */
import { u16le } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { EthernetCTPSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { ethernetCtpReply } from "./ethernet_ctp_reply.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ethernetCtp = new Decoder({
  name: "EthernetCtp",
  schema: EthernetCTPSchema,
  from: { etherType: [0x9000] },
  decode,
});

const TAG = tagsOf(EthernetCTPSchema);
const HEADER_BYTES = 2;
const FUNCTION_BYTES = 2;
const REPLY = 1;
const FORWARD = 2;
/** Function and address. */
const FORWARD_BYTES = 8;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < HEADER_BYTES) return Outcome.Truncated;
  const skipCount = u16le(bytes, at);
  if (skipCount % 2 !== 0) return Outcome.Malformed;
  let messageAt = at + HEADER_BYTES + skipCount;
  while (messageAt + FUNCTION_BYTES <= end && u16le(bytes, messageAt) === FORWARD) {
    messageAt += FORWARD_BYTES;
  }
  if (messageAt + FUNCTION_BYTES > end) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.SkipCount, skipCount);
  p.at = messageAt;
  p.next = u16le(bytes, messageAt) === REPLY ? ethernetCtpReply : undefined;
  return Outcome.Ok;
}
