/**
 * IPsec in UDP, for the sake of NAT: ESP; or four zeros and a message of IKE; or one byte ff, which keeps
 * the path open. RFC 3948, section 2. Port 500 has the messages of IKE alone: RFC 7296, section 3.1.
 */
import { u32 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const udpEncapsulatedEsp = new Decoder({
  name: "UdpEncapsulatedEsp",
  from: { udpPort: [4500] },
  decode,
});
export const ike = new Decoder({ name: "Ike", from: { udpPort: [500] }, decode: decodeIke });

const MARKER_BYTES = 4;
/** The IP protocol. */
const ESP = 50;
const KEEPALIVE = 0xff;
/** Identifiers 8 each, next payload 1, version 1, exchange 1, flags 1, message 4, length 4. */
const IKE_BYTES = 28;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at === 1 && bytes[at] === KEEPALIVE) {
    p.at = p.end;
    return Outcome.Ok;
  }
  if (p.end - at < MARKER_BYTES) return Outcome.Truncated;
  if (u32(bytes, at) === 0) {
    p.at = at + MARKER_BYTES;
    p.next = ike;
  } else {
    p.follow(p.routes.ipProtocol, ESP);
  }
  return Outcome.Ok;
}

function decodeIke(p: Packet): Outcome {
  if (p.end - p.at < IKE_BYTES) return Outcome.Truncated;
  const version = p.bytes[p.at + 17]! >> 4;
  if (version !== 1 && version !== 2) return Outcome.Malformed;
  if (u32(p.bytes, p.at + 24) < IKE_BYTES) return Outcome.Malformed;
  p.at = p.end;
  return Outcome.Ok;
}
