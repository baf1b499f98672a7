/** What options of DHCP say of who a client is. */
import type { DHCPOption, DHCPv6Option } from "../../../proto/gen/netcap_pb.ts";
import { dhcpMessage, DhcpOption, optionData, optionText } from "../read/dhcp_options.ts";
import { textOf } from "../read/field_kind.ts";

/** RFC 4702: flags and two bytes of no meaning are before the name; this flag says that it is in labels. */
const FULL_NAME_AT = 3;
const ENCODED_FLAG = 0x04;
/** RFC 4704. */
const CLIENT_NAME = 39;

/** Whether a server says that the address is the client's (RFC 2131, section 3.1). */
export function isAcknowledged(options: readonly DHCPOption[]): boolean {
  return dhcpMessage(options) === "ack";
}

/** The client's name: the one with a domain if it tells both. */
export function dhcpName(options: readonly DHCPOption[]): string | undefined {
  const full = optionData(options, DhcpOption.ClientName);
  if (full !== undefined && full.length > FULL_NAME_AT) {
    const bytes = full.subarray(FULL_NAME_AT);
    const name = (full[0]! & ENCODED_FLAG) !== 0 ? labelsText(bytes) : textOf(bytes);
    if (name !== "") return name;
  }
  return optionText(options, DhcpOption.HostName);
}

/** The name of a client of DHCPv6. */
export function clientNameOf(options: readonly DHCPv6Option[]): string | undefined {
  const data = options.find(({ Code }) => Code === CLIENT_NAME)?.Data;
  return data && labelsText(data.subarray(1));
}

/** A name in the form of DNS, without compression: labels, each behind its length. */
function labelsText(bytes: Uint8Array): string {
  const labels: string[] = [];
  for (let at = 0; at < bytes.length && bytes[at]! > 0;) {
    labels.push(textOf(bytes.subarray(at + 1, at + 1 + bytes[at]!)));
    at += 1 + bytes[at]!;
  }
  return labels.join(".");
}
