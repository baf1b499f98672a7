/** What fields of mails say. */

const WORD = /[^\s<>,;:"()]+/g;
const ADDRESS = /.@./s;

/** The addresses in a field, as in `"Ann" <ann@example.org>, bob@example.org`; undefined where there is none. */
export function mailAddresses(field: string): readonly string[] | undefined {
  const addresses = field.match(WORD)?.filter((word) => ADDRESS.test(word)) ?? [];
  return addresses.length > 0 ? addresses : undefined;
}

/** The parts of a list with commas between; undefined where it is empty. */
export function commaList(list: string): readonly string[] | undefined {
  return list === "" ? undefined : list.split(",").map((part) => part.trim()).filter(Boolean);
}
