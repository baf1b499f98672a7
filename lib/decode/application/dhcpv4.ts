/**
 * Dynamic Host Configuration Protocol. RFC 2131, section 2. Bytes:
 *
 *     operation 1, hardware type 1, hardware length 1, hops 1, transaction 4, seconds 2, flags 2,
 *     addresses of client, "your" client, next server, relay agent 4 each, hardware address 16,
 *     server name 64, file 128, cookie 4, options
 *
 * A message without the cookie is plain BOOTP (RFC 951), for which there is no record.
 */
import { u16, u32 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { DHCPv4Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { DhcpOptions } from "./dhcp_options.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const dhcpv4 = new Decoder({
  name: "Dhcpv4",
  schema: DHCPv4Schema,
  from: { udpPort: [67, 68] },
  decode,
});

const TAG = tagsOf(DHCPv4Schema);
const OPTIONS = new DhcpOptions();
const ADDRESS_BYTES = 4;
const MAX_HARDWARE_BYTES = 16;
const SERVER_NAME_AT = 44;
const FILE_AT = 108;
const COOKIE_AT = 236;
const COOKIE = 0x63825363;
const OPTIONS_AT = 240;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  const optionsAt = at + OPTIONS_AT;
  if (optionsAt > p.end) return Outcome.Truncated;
  if (u32(bytes, at + COOKIE_AT) !== COOKIE) return Outcome.Unsupported;
  const hardwareBytes = bytes[at + 2]!;
  if (hardwareBytes > MAX_HARDWARE_BYTES) return Outcome.Malformed;
  const fileAt = at + FILE_AT;
  OPTIONS.find(bytes, optionsAt, p.end, fileAt, at + COOKIE_AT, at + SERVER_NAME_AT, fileAt);
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
  out.bytesOf(TAG.ServerName, bytes, at + SERVER_NAME_AT, fileAt);
  out.bytesOf(TAG.File, bytes, fileAt, at + COOKIE_AT);
  OPTIONS.write(out, bytes);
  OPTIONS.writeFingerprint(out, bytes);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  out.bool(TAG.Truncated, OPTIONS.isCut || (p.isCut && !OPTIONS.isEnded));
  p.at = p.end;
  return Outcome.Ok;
}
