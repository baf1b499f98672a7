/** `1 record`, `2 records`; the second word is for those that are more than an s longer. */
export function counted(count: number | bigint, one: string, more = `${one}s`): string {
  return `${count} ${Number(count) === 1 ? one : more}`;
}

/** `1 record is`, `2 records are`. */
export function countedAre(count: number | bigint, one: string): string {
  return `${counted(count, one)} ${Number(count) === 1 ? "is" : "are"}`;
}

const ONE: Readonly<Record<string, string>> = {
  packets: "packet",
  records: "record",
  batches: "batch",
  rows: "row",
};

/** Words that begin with what is counted, `TCP records too large`, for one of it: `TCP record too large`. */
export function ofOne(words: string): string {
  return words.replace(/\b(packets|records|batches|rows)\b/, (what) => ONE[what]!);
}
