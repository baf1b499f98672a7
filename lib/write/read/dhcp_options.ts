/** Options of DHCP by their codes (RFC 2132). */
import type { DHCPOption } from "../../../proto/gen/netcap_pb.ts";
import { u32 } from "../../base/bytes/bytes.ts";
import { textOf } from "./field_kind.ts";

export const DhcpOption = {
  SubnetMask: 1,
  Router: 3,
  NameServer: 6,
  HostName: 12,
  DomainName: 15,
  RequestedAddress: 50,
  LeaseTime: 51,
  MessageType: 53,
  Server: 54,
  Parameters: 55,
  Message: 56,
  RenewalTime: 58,
  RebindingTime: 59,
  VendorClass: 60,
  ClientId: 61,
  ClientName: 81,
} as const;

/** What a message is, by the number in option 53. */
export const DHCP_MESSAGES = [
  ...["", "discover", "offer", "request", "decline", "ack", "nak", "release", "inform"],
] as const;

type Options = readonly DHCPOption[];

/** The data of an option; undefined where there is none. */
export function optionData(options: Options, code: number): Uint8Array | undefined {
  return options.find(({ Type }) => Type === code)?.Data;
}

/** An option that is text, as such; undefined where there is none, or an empty one. */
export function optionText(options: Options, code: number): string | undefined {
  const data = optionData(options, code);
  return data && (textOf(data).replace(/\0+$/, "") || undefined);
}

/** An option that is a number of 32 bits. */
export function optionNumber(options: Options, code: number): number | undefined {
  const data = optionData(options, code);
  return data?.length === 4 ? u32(data, 0) : undefined;
}

/** The addresses in an option. */
export function optionAddresses(options: Options, code: number): string[] {
  const data = optionData(options, code) ?? new Uint8Array(0);
  const addresses: string[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) {
    addresses.push(data.subarray(at, at + 4).join("."));
  }
  return addresses;
}

/** What a message is: `discover`, …; empty where it does not say so, or something unknown. */
export function dhcpMessage(options: Options): string {
  return DHCP_MESSAGES[optionData(options, DhcpOption.MessageType)?.[0] ?? 0] ?? "";
}
