/**
 * Dynamic Host Configuration Protocol. RFC 2131, section 2; options: RFC 2132, section 2. Bytes:
 *
 *     operation 1, hardware type 1, hardware length 1, hops 1, transaction 4, seconds 2, flags 2,
 *     addresses of client, "your" client, next server, relay agent 4 each, hardware address 16,
 *     server name 64, file 128, cookie 4, options
 *
 * A message without the cookie is plain BOOTP (RFC 951), for which there is no record.
 */
import { u16, u32 } from "../../base/bytes.ts";
import { tagsOf } from "../../base/tags.ts";
import type { WireWriter } from "../../base/wire_writer.ts";
import { DHCPOptionSchema, DHCPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const dhcpv4 = new Decoder({
  name: "Dhcpv4",
  schema: DHCPv4Schema,
  from: { udpPort: [67, 68] },
  decode,
});

const TAG = tagsOf(DHCPv4Schema);
const OPTION_TAG = tagsOf(DHCPOptionSchema);
const ADDRESS_BYTES = 4;
const MAX_HARDWARE_BYTES = 16;
const SERVER_NAME_AT = 44;
const FILE_AT = 108;
const COOKIE_AT = 236;
const COOKIE = 0x63825363;
const OPTIONS_AT = 240;
const PAD = 0;
const END = 255;
const COMMA = 0x2c;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  const optionsAt = at + OPTIONS_AT;
  if (optionsAt > p.end) return Outcome.Truncated;
  if (u32(bytes, at + COOKIE_AT) !== COOKIE) return Outcome.Unsupported;
  const hardwareBytes = bytes[at + 2]!;
  if (hardwareBytes > MAX_HARDWARE_BYTES) return Outcome.Malformed;
  const optionsEnd = endOfOptions(bytes, optionsAt, p.end);
  if (optionsEnd < 0) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Operation, bytes[at]!);
  out.uint32(TAG.HardwareType, bytes[at + 1]!);
  out.uint32(TAG.HardwareLen, hardwareBytes);
  out.uint32(TAG.HardwareOpts, bytes[at + 3]!); // hops
  out.uint32Of(TAG.Xid, bytes, at + 4);
  out.uint32(TAG.Secs, u16(bytes, at + 8));
  out.uint32(TAG.Flags, u16(bytes, at + 10));
  out.ipText(TAG.ClientIP, bytes, at + 12, ADDRESS_BYTES);
  out.ipText(TAG.YourClientIP, bytes, at + 16, ADDRESS_BYTES);
  out.ipText(TAG.NextServerIP, bytes, at + 20, ADDRESS_BYTES);
  out.ipText(TAG.RelayAgentIP, bytes, at + 24, ADDRESS_BYTES);
  out.macText(TAG.ClientHWAddr, bytes, at + 28, hardwareBytes);
  out.bytesOf(TAG.ServerName, bytes, at + SERVER_NAME_AT, at + FILE_AT);
  out.bytesOf(TAG.File, bytes, at + FILE_AT, at + COOKIE_AT);
  writeOptions(out, bytes, optionsAt, optionsEnd);
  writeFingerprint(out, bytes, optionsAt, optionsEnd);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  p.at = p.end;
  return Outcome.Ok;
}

/** Where the options in `bytes[at, end)` end, without an end option; -1 when one is cut short. */
function endOfOptions(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] !== END) {
    if (bytes[at] !== PAD && at + 2 > end) return -1;
    at += optionBytes(bytes, at);
    if (at > end) return -1;
  }
  return at;
}

function writeOptions(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  while (at < end) {
    const optionEnd = at + optionBytes(bytes, at);
    const option = out.open(TAG.Options);
    if (bytes[at] !== PAD) {
      out.uint32(OPTION_TAG.Type, bytes[at]!);
      out.uint32(OPTION_TAG.Length, bytes[at + 1]!);
      out.bytesOf(OPTION_TAG.Data, bytes, at + 2, optionEnd);
    }
    out.close(option);
    at = optionEnd;
  }
}

/** The types of all options, in their order, as decimal numbers with commas between them. */
function writeFingerprint(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  if (at === end) return;
  const text = out.open(TAG.Fingerprint);
  out.decimal(bytes[at]!);
  for (at += optionBytes(bytes, at); at < end; at += optionBytes(bytes, at)) {
    out.byte(COMMA);
    out.decimal(bytes[at]!);
  }
  out.close(text);
}

/** Length of the option at `at`, its type and length bytes included. */
function optionBytes(bytes: Uint8Array, at: number): number {
  return bytes[at] === PAD ? 1 : 2 + bytes[at + 1]!;
}
