/**
 * Dynamic Host Configuration Protocol for IPv6. RFC 8415, sections 8 (clients and servers), 9 (relay
 * agents) and 21.1 (options). Bytes:
 *
 *     type 1, transaction 3, options
 *     type 1 (12 or 13), hops 1, link address 16, peer address 16, options
 *
 * An option: code 2, length 2, data. A message that is relayed, or of DHCPv4 (RFC 7341), is within an
 * option.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { DHCPv6OptionSchema, DHCPv6Schema } from "../../../proto/netcap_tags.ts";
import { dhcpv4 } from "./dhcpv4.ts";
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
const DHCPV4_QUERY = 20;
const DHCPV4_RESPONSE = 21;
/** Options that hold another message. RFC 8415, 21.10; RFC 7341, 8.1. */
const RELAY_MESSAGE = 9;
const DHCPV4_MESSAGE = 87;
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
  if (optionsAt > end) return Outcome.Truncated;
  const optionsEnd = endOfOptions(bytes, optionsAt, end);
  // In a datagram that was captured whole, any bytes may be.
  if (optionsEnd === optionsAt && optionsAt < end && !p.isCut) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.MsgType, type);
  if (isRelay) {
    out.uint32(TAG.HopCount, bytes[at + 1]!);
    out.ipText(TAG.LinkAddr, bytes, at + 2, ADDRESS_BYTES);
    out.ipText(TAG.PeerAddr, bytes, at + 2 + ADDRESS_BYTES, ADDRESS_BYTES);
  } else {
    out.bytesOf(TAG.TransactionID, bytes, at + 1, optionsAt);
  }
  writeOptions(out, bytes, optionsAt, optionsEnd);
  writeFingerprint(out, bytes, optionsAt, optionsEnd);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  out.bool(TAG.Truncated, p.isCut || optionsEnd < end);
  p.at = end;
  if (isRelay) followMessage(p, RELAY_MESSAGE, dhcpv6, optionsAt, end);
  else if (type === DHCPV4_QUERY || type === DHCPV4_RESPONSE) {
    followMessage(p, DHCPV4_MESSAGE, dhcpv4, optionsAt, end);
  }
  return Outcome.Ok;
}

/** Where the options in `bytes[at, end)` end that are whole. */
function endOfOptions(bytes: Uint8Array, at: number, end: number): number {
  while (at + OPTION_HEADER_BYTES <= end) {
    const next = endOfOption(bytes, at);
    if (next > end) break;
    at = next;
  }
  return at;
}

/** Goes on with the message in the first option of that code in `bytes[at, end)`, if there is one. */
function followMessage(p: Packet, code: number, next: Decoder, at: number, end: number): void {
  for (; at + OPTION_HEADER_BYTES <= end; at = endOfOption(p.bytes, at)) {
    if (u16(p.bytes, at) !== code) continue;
    p.at = at + OPTION_HEADER_BYTES;
    p.end = Math.min(end, endOfOption(p.bytes, at));
    p.next = next;
    return;
  }
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
