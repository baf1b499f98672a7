/** What fields of mails say. */

const IN_LIST = /(?:"[^"]*"|[^,])+/g;
const WORD = /[^\s<>,;:"()]+/g;
const ADDRESS = /.@./s;

/** The addresses in a field, as in `"Ann" <ann@example.org>, bob@example.org`; undefined where there is none. */
export function mailAddresses(field: string): readonly string[] | undefined {
  const addresses = field.match(WORD)?.filter((word) => ADDRESS.test(word)) ?? [];
  return addresses.length > 0 ? addresses : undefined;
}

/** The parts of a list with commas between, of which those in quotes are text (RFC 5322, section 3.4). */
export function mailboxList(list: string): readonly string[] | undefined {
  return list.match(IN_LIST)?.map((part) => part.trim()).filter(Boolean);
}

/** The parts of a list with commas between, in quotes or not; undefined where it is empty. */
export function commaList(list: string): readonly string[] | undefined {
  return list === "" ? undefined : list.split(",").map((part) => part.trim()).filter(Boolean);
}
