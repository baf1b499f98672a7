/**
 * The hop-by-hop options header of IPv6. RFC 8200, sections 4.2 and 4.3: `next header, length in 8
 * bytes beyond the first 8`, then options `type, length, data`, the length counting the data only;
 * type 0 is one byte of padding.
 */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { IPv6HopByHopOptionSchema, IPv6HopByHopSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ipv6HopByHop = new Decoder({
  name: "IPv6HopByHop",
  schema: IPv6HopByHopSchema,
  decode,
});

const TAG = tagsOf(IPv6HopByHopSchema);
const OPTION_TAG = tagsOf(IPv6HopByHopOptionSchema);
const UNIT_BYTES = 8;
const PAD1 = 0;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < UNIT_BYTES) return Outcome.Truncated;
  const optionsAt = at + 2;
  const headerEnd = at + UNIT_BYTES * (bytes[at + 1]! + 1);
  if (headerEnd > p.end) return Outcome.Truncated;
  if (!areOptions(bytes, optionsAt, headerEnd)) return Outcome.Malformed;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  for (let optionAt = optionsAt; optionAt < headerEnd;) {
    const type = bytes[optionAt]!;
    const length = type === PAD1 ? 0 : bytes[optionAt + 1]!;
    const optionEnd = optionAt + (type === PAD1 ? 1 : 2 + length);
    const option = out.open(TAG.Options);
    out.uint32(OPTION_TAG.OptionType, type);
    out.uint32(OPTION_TAG.OptionLength, length);
    out.uint32(OPTION_TAG.ActualLength, optionEnd - optionAt);
    out.bytesOf(OPTION_TAG.OptionData, bytes, optionEnd - length, optionEnd);
    out.close(out.open(OPTION_TAG.OptionAlignment)); // always there and empty, as the original has it
    out.close(option);
    optionAt = optionEnd;
  }
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = headerEnd;
  p.enterTransport(bytes[at]!, headerEnd);
  p.follow(p.routes.ipProtocol, bytes[at]!);
  return Outcome.Ok;
}

/** Whether the options fill `bytes[at, end)` exactly. */
function areOptions(bytes: Uint8Array, at: number, end: number): boolean {
  while (at < end) {
    if (bytes[at] === PAD1) at++;
    else if (at + 2 > end) return false;
    else at += 2 + bytes[at + 1]!;
  }
  return at === end;
}
