import { isLedgerType } from "../../lib/base/record/record_types.ts";
import { readRecords } from "../../lib/write/read/read_records_io.ts";

/** How many records of each type are in a client's folder, its books left out. */
export async function storedRecords(client: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const { name } of Deno.readDir(client)) {
    const type = name.replace(".ncap.gz", "");
    if (isLedgerType(type)) continue;
    let count = 0;
    for await (const { records } of readRecords(`${client}/${name}`)) count += records.length;
    counts[type] = count;
  }
  return counts;
}
