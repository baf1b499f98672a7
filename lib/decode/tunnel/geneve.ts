/** Generic Network Virtualization Encapsulation. RFC 8926, sections 3.4 and 3.5. */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { GeneveOptionSchema, GeneveSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const geneve = new Decoder({
  name: "Geneve",
  schema: GeneveSchema,
  from: { udpPort: [6081] },
  decode,
});

const TAG = tagsOf(GeneveSchema);
const OPTION_TAG = tagsOf(GeneveOptionSchema);
const HEADER_BYTES = 8;
const OPTION_HEADER_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < HEADER_BYTES) return Outcome.Truncated;
  if (bytes[at]! >> 6 !== 0) return Outcome.Unsupported; // there is version 0 only
  const optionsBytes = 4 * (bytes[at]! & 0x3f);
  const flags = bytes[at + 1]!;
  const protocol = u16(bytes, at + 2);
  const optionsAt = at + HEADER_BYTES;
  const optionsEnd = optionsAt + optionsBytes;
  if (optionsEnd > end) return Outcome.Truncated;
  if (!areWhole(bytes, optionsAt, optionsEnd)) return Outcome.Malformed;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.OptionsLength, optionsBytes);
  out.bool(TAG.OAMPacket, (flags & 0x80) !== 0);
  out.bool(TAG.CriticalOption, (flags & 0x40) !== 0);
  out.uint32(TAG.Protocol, protocol);
  out.uint32(TAG.VNI, u24(bytes, at + 4));
  writeOptions(out, bytes, optionsAt, optionsEnd);
  p.at = optionsEnd;
  p.enterTunnel(Tunnel.Geneve, u24(bytes, at + 4));
  p.follow(p.routes.etherType, protocol);
  return Outcome.Ok;
}

/** Whether options fill `bytes[at, end)`, whose length is a multiple of 4, exactly. */
function areWhole(bytes: Uint8Array, at: number, end: number): boolean {
  while (at < end) at += optionBytes(bytes, at);
  return at === end;
}

function writeOptions(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  while (at < end) {
    const length = optionBytes(bytes, at);
    const option = out.open(TAG.Options);
    out.uint32(OPTION_TAG.Class, u16(bytes, at));
    out.uint32(OPTION_TAG.Type, bytes[at + 2]!);
    out.uint32(OPTION_TAG.Flags, bytes[at + 3]! >> 5);
    out.uint32(OPTION_TAG.Length, length);
    out.bytesOf(OPTION_TAG.Data, bytes, at + OPTION_HEADER_BYTES, at + length);
    out.close(option);
    at += length;
  }
}

/** Length of the option at `at`, its header included. */
function optionBytes(bytes: Uint8Array, at: number): number {
  return OPTION_HEADER_BYTES + 4 * (bytes[at + 3]! & 0x1f);
}
