import { Allowance } from "../base/wait/allowance.ts";
import { walkRecords } from "../base/record/delimited.ts";
import { parseMessage } from "../base/record/parse_message.ts";
import { recordSchema } from "../base/record/record_schemas.ts";
import { isLedgerType } from "../base/record/record_types.ts";
import type { RecordSchema } from "../base/record/schema_types.ts";
import { parseMemberHeader, unpackMember } from "../pack/member.ts";
import type { StoredMember } from "../write/files/store_options.ts";
import { jsonFormat } from "../write/read/json_format.ts";
import { timeFormat } from "../write/read/time_text.ts";
import type { LiveFilter } from "./live_filter.ts";
import { RecentMembers } from "./recent_members.ts";
import type { Viewer } from "./viewer.ts";

/** What one viewer may be told of records a second. */
const BYTES_PER_SECOND = 6_000;
/** How many records of one member at most: the newest. */
const MAX_OF_MEMBER = 5;
/** Of how many members that were stored before a viewer is told to begin with. */
const MAX_RECENT = 8;
/** A longer one is told by its type only. */
const MAX_RECORD_CHARACTERS = 3_000;
/** What unpacking and looking may take of a second, ms. */
const MS_PER_SECOND = 30;

/** A viewer, and which records it wants. */
interface Watcher {
  readonly viewer: Viewer;
  readonly filter: LiveFilter;
  readonly allowance: Allowance;
  /** Records that fitted and were not told, since there were too many; or were not looked at. */
  left: number;
}

/**
 * Tells viewers the newest records as they are stored. It has a small part of the thread's time, and
 * each viewer a part of the line: what goes beyond is left out and counted, for the viewer to see.
 */
export class LiveRecords {
  readonly #clock: () => number;
  readonly #time = new Allowance(MS_PER_SECOND);
  readonly #watchers = new Set<Watcher>();
  readonly #recent = new RecentMembers();
  readonly #printers = new Map<RecordSchema, ReturnType<typeof jsonFormat>>();

  /** @param clock Ms, never goes back. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Tells a viewer some of what was stored last, and what is from now on; returns how to end that. */
  watch(viewer: Viewer, filter: LiveFilter): () => void {
    const watcher = { viewer, filter, allowance: new Allowance(BYTES_PER_SECOND), left: 0 };
    this.#tellRecent(watcher);
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Looks at what has been stored. */
  take(stored: StoredMember): void {
    const { client, type, count, member } = stored;
    const schema = recordSchema(type);
    if (!schema || isLedgerType(schema.name)) return;
    this.#recent.add(stored);
    const watchers = [...this.#watchers].filter(({ filter }) => filter.mayPass(client, schema));
    if (watchers.length === 0) return;
    this.#inTime(
      () => {
        const records = recordsIn(member);
        for (const watcher of watchers) {
          this.#tell(watcher, client, schema, fittingIn(watcher, schema, records));
        }
      },
      () => {
        for (const watcher of watchers) watcher.left += count;
      },
    );
  }

  #tellRecent(watcher: Watcher): void {
    const found: (() => void)[] = [];
    for (const { client, type, member } of this.#recent.all) {
      const schema = recordSchema(type)!;
      if (!watcher.filter.mayPass(client, schema) || found.length === MAX_RECENT) continue;
      this.#inTime(() => {
        const fitting = fittingIn(watcher, schema, recordsIn(member));
        if (fitting.length > 0) found.push(() => this.#tell(watcher, client, schema, fitting));
      });
    }
    for (const tell of found.reverse()) tell();
    watcher.left = 0; // it was not there
  }

  /** Does it in what is left of this second's time, or else. */
  #inTime(does: () => void, otherwise: () => void = () => {}): void {
    const beganMs = this.#clock();
    if (!this.#time.spend(0, beganMs)) return otherwise();
    does();
    this.#time.spend(this.#clock() - beganMs, this.#clock());
  }

  #tell(
    watcher: Watcher,
    client: string,
    schema: RecordSchema,
    fitting: readonly Uint8Array[],
  ): void {
    const { viewer, allowance } = watcher;
    const told: string[] = [];
    for (const record of fitting.slice(-MAX_OF_MEMBER)) {
      if (!allowance.spend(0, this.#clock())) break;
      const message = parseMessage(schema, record);
      const text = message && this.#printerOf(schema)(message, client);
      if (text === undefined) continue;
      const shown = text.length <= MAX_RECORD_CHARACTERS ? text : JSON.stringify({
        ...{ type: schema.name, client, tooLong: text.length },
      });
      allowance.spend(shown.length, this.#clock());
      told.push(shown);
    }
    watcher.left += fitting.length - told.length;
    if (told.length === 0) return;
    viewer.push("records", `{"left":${watcher.left},"records":[${told.join(",")}]}`);
    watcher.left = 0;
  }

  #printerOf(schema: RecordSchema) {
    const printer = this.#printers.get(schema) ?? jsonFormat(schema, { time: timeFormat("short") });
    this.#printers.set(schema, printer);
    return printer;
  }
}

/** None of one that is damaged. */
function recordsIn(member: Uint8Array): Uint8Array {
  const header = parseMemberHeader(member, 0);
  const records = typeof header === "string" ? "damaged" : unpackMember(member, header);
  return records === "damaged" ? new Uint8Array(0) : records;
}

function fittingIn({ filter }: Watcher, schema: RecordSchema, records: Uint8Array): Uint8Array[] {
  const fitting: Uint8Array[] = [];
  walkRecords(records, (at, end) => {
    if (filter.passes(schema, records, at, end)) fitting.push(records.subarray(at, end));
  });
  return fitting;
}
