/** What fields of mails say. */

const ADDRESS = /[^\s<>,;:"()]+@[^\s<>,;:"()]+/g;

/** The addresses in a field, as in `"Ann" <ann@example.org>, bob@example.org`; undefined where there is none. */
export function mailAddresses(field: string): readonly string[] | undefined {
  return field.match(ADDRESS) ?? undefined;
}

/** The parts of a list with commas between; undefined where it is empty. */
export function commaList(list: string): readonly string[] | undefined {
  return list === "" ? undefined : list.split(/\s*,\s*/).filter(Boolean);
}
