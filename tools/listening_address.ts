import { withoutTime } from "./without_time.ts";

/** Where a collector listens, once it says so. */
export async function listeningAddress(lines: AsyncIterator<string>): Promise<string> {
  const said: string[] = [];
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const address = /^listening on (\S+)$/.exec(withoutTime(next.value))?.[1];
    if (address) return address;
    said.push(next.value);
  }
  throw new Error(`The collector did not start: ${said.join("; ")}`);
}
