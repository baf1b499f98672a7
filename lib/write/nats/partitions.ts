import { PARTITIONS } from "./subjects.ts";

/** The partitions of `0-31,40`, ascending; undefined for what names none, or one that there is not. */
export function parsePartitions(text: string): number[] | undefined {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [, first, last = first] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(part) ?? [];
    if (first === undefined || Number(first) > Number(last)) return undefined;
    for (let each = Number(first); each <= Number(last); each++) found.add(each);
  }
  const partitions = [...found].sort((a, b) => a - b);
  return partitions.at(-1)! < PARTITIONS ? partitions : undefined;
}
