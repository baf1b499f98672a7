/**
 * Dynamic Host Configuration Protocol for IPv6. RFC 8415, sections 8 (clients and servers), 9 (relay
 * agents) and 21.1 (options). Bytes:
 *
 *     type 1, transaction 3, options
 *     type 1 (12 or 13), hops 1, link address 16, peer address 16, options
 *
 * An option: code 2, length 2, data.
 */
import { u16 } from "../../base/bytes.ts";
import { tagsOf } from "../../base/tags.ts";
import type { WireWriter } from "../../base/wire_writer.ts";
import { DHCPv6OptionSchema, DHCPv6Schema } from "../../../proto/gen/netcap_pb.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const dhcpv6 = new Decoder({
  name: "Dhcpv6",
  schema: DHCPv6Schema,
  from: { udpPort: [546, 547] },
  decode,
});

const TAG = tagsOf(DHCPv6Schema);
const OPTION_TAG = tagsOf(DHCPv6OptionSchema);
const RELAY_FORWARD = 12;
const RELAY_REPLY = 13;
const ADDRESS_BYTES = 16;
const HEADER_BYTES = 4;
const RELAY_HEADER_BYTES = 2 + 2 * ADDRESS_BYTES;
const OPTION_HEADER_BYTES = 4;
const COMMA = 0x2c;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end === at) return Outcome.Truncated;
  const type = bytes[at]!;
  const isRelay = type === RELAY_FORWARD || type === RELAY_REPLY;
  const optionsAt = at + (isRelay ? RELAY_HEADER_BYTES : HEADER_BYTES);
  if (optionsAt > end || !areOptionsWhole(bytes, optionsAt, end)) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.MsgType, type);
  if (isRelay) {
    out.uint32(TAG.HopCount, bytes[at + 1]!);
    out.ipText(TAG.LinkAddr, bytes, at + 2, ADDRESS_BYTES);
    out.ipText(TAG.PeerAddr, bytes, at + 2 + ADDRESS_BYTES, ADDRESS_BYTES);
  } else {
    out.bytesOf(TAG.TransactionID, bytes, at + 1, optionsAt);
  }
  writeOptions(out, bytes, optionsAt, end);
  writeFingerprint(out, bytes, optionsAt, end);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  p.at = end;
  return Outcome.Ok;
}

function areOptionsWhole(bytes: Uint8Array, at: number, end: number): boolean {
  while (at + OPTION_HEADER_BYTES <= end) at = endOfOption(bytes, at);
  return at === end;
}

function writeOptions(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  while (at < end) {
    const optionEnd = endOfOption(bytes, at);
    const option = out.open(TAG.Options);
    out.uint32(OPTION_TAG.Code, u16(bytes, at));
    out.uint32(OPTION_TAG.Length, u16(bytes, at + 2));
    out.bytesOf(OPTION_TAG.Data, bytes, at + OPTION_HEADER_BYTES, optionEnd);
    out.close(option);
    at = optionEnd;
  }
}

/** The codes of the options, in their order, as decimal numbers with commas between them. */
function writeFingerprint(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  if (at === end) return;
  const text = out.open(TAG.Fingerprint);
  out.decimal(u16(bytes, at));
  for (at = endOfOption(bytes, at); at < end; at = endOfOption(bytes, at)) {
    out.byte(COMMA);
    out.decimal(u16(bytes, at));
  }
  out.close(text);
}

function endOfOption(bytes: Uint8Array, at: number): number {
  return at + OPTION_HEADER_BYTES + u16(bytes, at + 2);
}
