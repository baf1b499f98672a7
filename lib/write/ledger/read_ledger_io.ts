import { FarcapError } from "../../base/errors.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import { causesOfActs } from "./act_causes.ts";
import { Acts } from "./acts_io.ts";
import { sortedCauses } from "./cause.ts";
import type { ClientLedger } from "./client_account.ts";
import { foldersOfClients } from "./client_folders_io.ts";
import { readClientLedger } from "./client_ledger_io.ts";

/** Which books to read, and who is told what is wrong with them. */
export interface LedgerReading extends TimeSpan {
  /** Only these clients. */
  readonly clients?: readonly string[];
  /** Ns since 1970; by default the clock's. */
  readonly now?: bigint;
  /** Told a line about clients that are not there. */
  readonly onNotice?: (line: string) => void;
  /** Told that a client's books cannot be read; the others are read all the same. */
  readonly onUnreadable?: (error: FarcapError) => void;
}

/**
 * The ledgers of a collector's clients, one after another: what was seen, stored, refused and lost, and
 * why. The collector may run meanwhile.
 *
 * ```ts
 * import { readLedger } from "@farcap/farcap/records";
 *
 * async function print(folder: string) {
 *   for await (const { client, causes } of readLedger([folder])) {
 *     const missing = causes.filter(({ isMissing }) => isMissing);
 *     console.log(client, missing.length === 0 ? "all is there" : missing);
 *   }
 * }
 * ```
 *
 * @param folders Of a client, or of all clients.
 * @throws StoreError "read-failed" when there is no such folder.
 */
export async function* readLedger(
  folders: readonly string[],
  { clients, now, onNotice, onUnreadable, ...wanted }: LedgerReading = {},
): AsyncGenerator<ClientLedger, void> {
  const at = now ?? BigInt(Date.now()) * 1_000_000n;
  const acts = new Acts();
  for (const { folder, client } of await foldersOfClients(folders, clients, (l) => onNotice?.(l))) {
    try {
      const books = readClientLedger(folder, client, wanted, at);
      const done = causesOfActs(await acts.at(folder), client, wanted);
      yield { ...books, causes: sortedCauses([...books.causes, ...done]) };
    } catch (cause) {
      if (!(cause instanceof FarcapError)) throw cause;
      onUnreadable?.(cause);
    }
  }
}
