import type { SensorAlarm } from "../../../proto/gen/netcap_pb.ts";
import { printable } from "../../base/text/printable.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import type { Causes } from "./cause.ts";
import { overlaps } from "./stored_files.ts";

/** An alarm that began, or was over, so long before or after a time is looked for. */
export const MAX_ALARM_NS = 31n * 86_400_000_000_000n;

const WORDS: Readonly<Record<string, string>> = {
  silent: "nothing of its sensor came, and it had not said that it ends",
  clock: "the clock of its sensor was off by more than 2 s",
  key: "the key of its sensor was too old",
  drops: "its sensor dropped what it should send",
  doubled: "another machine used its key, or its name, at the same time",
};

/** From when to when each alarm of a client stood, by the rows of its beginning and its end. */
export class AlarmSpans {
  readonly #spans: { readonly kind: string; readonly from: bigint; readonly to: bigint }[] = [];
  readonly #open = new Map<string, bigint>();

  /** Takes a row, in the order of its file. */
  add({ Alarm: kind, IsOver: isOver, Since: from, Timestamp: to }: SensorAlarm): void {
    if (!isOver) {
      this.#open.set(kind, from);
    } else {
      this.#open.delete(kind);
      this.#spans.push({ kind, from, to });
    }
  }

  /** Names those of a time. @param now Ns since 1970: until then stand those that are not over. */
  tell(causes: Causes, wanted: TimeSpan, now: bigint): void {
    const open = [...this.#open].map(([kind, from]) => ({ kind, from, to: now }));
    for (const { kind, from, to } of [...this.#spans, ...open]) {
      if (!overlaps(from, to, wanted)) continue;
      const what = `alarm: ${WORDS[kind] ?? printable(kind)}`;
      causes.note({ kind: "alarm", from, to, count: 0, what, isMissing: false });
    }
  }
}
