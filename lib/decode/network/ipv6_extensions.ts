/**
 * The IPv6 extension headers that have no record of their own: routing (RFC 8200, section 4.4) and
 * destination options (section 4.6). Both begin `next header, length in 8 bytes beyond the first 8`.
 * And the number that says that there is none.
 */
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ipv6Routing = new Decoder({ name: "IPv6Routing", from: { ipProtocol: [43] }, decode });
export const ipv6Destination = new Decoder({
  name: "IPv6Destination",
  from: { ipProtocol: [60] },
  decode,
});

export const ipv6NoNextHeader = new Decoder({
  name: "IPv6NoNextHeader",
  from: { ipProtocol: [59] },
  decode: endPacket,
});

const UNIT_BYTES = 8;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < UNIT_BYTES) return Outcome.Truncated;
  const headerEnd = at + UNIT_BYTES * (bytes[at + 1]! + 1);
  if (headerEnd > p.end) return Outcome.Truncated;
  p.at = headerEnd;
  p.enterTransport(bytes[at]!, headerEnd);
  p.follow(p.routes.ipProtocol, bytes[at]!);
  return Outcome.Ok;
}

/** What is behind it is to be ignored. RFC 8200, section 4.7. */
function endPacket(p: Packet): Outcome {
  p.at = p.end;
  return Outcome.Ok;
}
