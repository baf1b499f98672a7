/** Names of the organizations that gave addresses to devices, by the lists of the IEEE. */

/** Of the first byte: the address was not given by a vendor. */
const LOCAL_BIT = 0x02;
/** Digits of what an organization may have: 36, 28 or 24 bits. */
const PREFIX_DIGITS = [9, 7, 6];

/** The first bits of addresses, as 6, 7 or 9 hex digits in capitals, and whose they are: a name, then lines of others. */
export type VendorList = Readonly<Record<string, string>>;

/**
 * Whether an address was made up by the device, or by whoever set it up, as phones do for each network,
 * and virtual machines: nobody's list has it (IEEE 802-2014, 8.4).
 *
 * @param mac `02:00:5e:10:00:01`.
 */
export function isLocalAddress(mac: string): boolean {
  return (parseInt(mac.slice(0, 2), 16) & LOCAL_BIT) !== 0;
}

/**
 * Whose an address is: of the longest prefix that the list has. A block that is given out in parts, none of
 * which the list has for it, is the IEEE Registration Authority's.
 *
 * @param mac `00:00:5e:10:00:01`.
 */
export function vendorOf(list: VendorList, mac: string): string | undefined {
  if (isLocalAddress(mac)) return undefined;
  const digits = mac.replaceAll(":", "").toUpperCase();
  for (const count of PREFIX_DIGITS) {
    const prefix = digits.slice(0, count);
    if (Object.hasOwn(list, prefix)) return list[prefix]!.split("\n", 1)[0]!.trim();
  }
  return undefined;
}
