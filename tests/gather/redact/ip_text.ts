import { writeIpv4Text, writeIpv6Text } from "../../../lib/base/text/address_text.ts";

/** An address of 4 or 16 bytes as text. */
export function ipText(ip: Uint8Array): string {
  const bytes = new Uint8Array(48);
  const write = ip.length === 4 ? writeIpv4Text : writeIpv6Text;
  return new TextDecoder().decode(bytes.subarray(0, write(bytes, 0, ip, 0)));
}
