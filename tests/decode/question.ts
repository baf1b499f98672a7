/** A packet to find behind other headers. */
import { assertEquals } from "@std/assert";
import { DNSSchema, IPv4Schema } from "../../proto/gen/netcap_pb.ts";
import type { DecodedFrame } from "./decode_frame.ts";

/** Destination and source of the outer frame. */
export const ADDRESSES = "020000000002 020000000001";
/** IPv4 192.0.2.1 > 198.51.100.2, UDP, a question for www.example.test; written by scapy. */
export const QUESTION = "4500003e0001000040118e77 c0000201c6336402 9c400035002ac370" +
  "000701000001000000000000 03777777 076578616d706c65 0474657374 00 0001 0001";
/** The same in a frame. */
export const INNER_FRAME = `aabbcc000002 aabbcc000001 0800 ${QUESTION}`;

/** Asserts that a frame has records of these types in front of the packet, and all of the packet. */
export function assertQuestion(decoded: DecodedFrame, ...types: readonly string[]): void {
  assertEquals(decoded.types, [...types, "IPv4", "UDP", "DNS"]);
  assertEquals(decoded.recordsOf(IPv4Schema).at(-1)?.DstIP, "198.51.100.2");
  const [dns] = decoded.recordsOf(DNSSchema);
  const [question] = dns!.Questions;
  assertEquals([dns!.ID, new TextDecoder().decode(question!.Name)], [7, "www.example.test"]);
  assertEquals(decoded.counts.decoded, 1);
}
