import { decoderNames } from "../decode/select_decoders.ts";
import type { Decoder } from "../decode/decoder.ts";

/** Names of the record types that are made of what connections carry. */
export const STREAM_TYPES: readonly string[] = [
  "TLSClientHello",
  "TLSServerHello",
  "HTTP",
  "SSH",
  "SMTP",
  "POP3",
  "Mail",
  "Service",
  "Software",
  "File",
  "Credentials",
];
/** Names of the record types that are made of more than one packet. */
export const FLOW_TYPES: readonly string[] = [
  "Connection",
  ...STREAM_TYPES,
  "DeviceProfile",
  "IPProfile",
];
/** Names of those that say so much of a network that they go along with them. */
const WITH_FLOWS: readonly string[] = ["ARP", "DNS", "DHCPv4", "DHCPv6"];

/** The names of all record types that a sensor writes, those of the decoders first. */
export function recordNames(decoders: readonly Decoder[]): readonly string[] {
  return [...decoderNames(decoders), ...FLOW_TYPES];
}

/** The record types that `-records` names: `all`, `packets`, `flows`, or names separated by commas. */
export function recordsOf(decoders: readonly Decoder[], records: string): readonly string[] {
  switch (records) {
    case "all":
      return [];
    case "packets":
      return decoderNames(decoders);
    case "flows":
      return [...WITH_FLOWS, ...FLOW_TYPES];
    default:
      return records.split(",");
  }
}
