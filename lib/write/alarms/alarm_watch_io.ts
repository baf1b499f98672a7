import { create } from "@bufbuild/protobuf";
import { SensorAlarmSchema } from "../../../proto/gen/netcap_pb.ts";
import { encodeHex } from "../../base/bytes/bytes.ts";
import { messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import { printable } from "../../base/text/printable.ts";
import type { PackedRecords } from "../../pack/member.ts";
import type { SensorList } from "../../seal/roster.ts";
import type { ArrivedSensor, SensorVisit } from "../../transport/server/session_watch.ts";
import { encodeAlarmRows } from "../books/collector_rows.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { readSmallFile, replaceSmallFile } from "../files/small_file_io.ts";
import type { SensorWatch } from "../sensor_watch.ts";
import type { Store } from "../store.ts";
import type { Whereabouts } from "../whereabouts.ts";
import type { AlarmEvent, Moment, StandingAlarm } from "./alarm.ts";
import { type AlarmState, formatAlarms, NO_ALARMS, parseAlarms } from "./alarm_state.ts";
import { alarmLine, standingLine } from "./alarm_words.ts";
import { Alarms } from "./alarms.ts";
import { lastRow } from "./last_row.ts";

/** What {@linkcode AlarmWatch} works with. */
export interface AlarmWatchOptions {
  readonly layer: FileLayer;
  /** The folder of the records; `.alarms` there is what a collector that is started anew goes on with. */
  readonly folder: string;
  readonly store: Store;
  /** A sensor that has gone without a word is silent after so long. */
  readonly silentAfterMs: number;
  /** Who may send now; undefined if everybody may, under any name. */
  readonly sensors: () => SensorList | undefined;
  /** Whose keys are too old, since when, and how that is said. */
  readonly oldKeys: () => ReadonlyMap<string, { sinceMs: number; detail: string }>;
  /** Where sensors are, of several collectors; undefined: there is one. */
  readonly whereabouts?: Whereabouts;
  readonly log: Log;
}

const FILE = ".alarms";
const TICK_MS = 1_000;
/** What is told in a second; others wait for the next. */
const EVENTS_PER_TICK = 100;
const KEYS_MS = 60_000;
/** How often it is looked whether a sensor of which an alarm stands is elsewhere. */
const ELSEWHERE_MS = 10_000;

/** Tells what {@linkcode Alarms} finds, in the log and as records among the client's books. */
export class AlarmWatch implements SensorWatch, AsyncDisposable {
  readonly #options: AlarmWatchOptions;
  readonly #path: string;
  readonly #alarms: Alarms;
  readonly #ticking: ReturnType<typeof setInterval>;
  #left = EVENTS_PER_TICK;
  #lookedAtKeysMs = -Infinity;
  #askedMs = -Infinity;
  #asking: Promise<void> | undefined;
  #text: string;
  #problem = "";
  #isChanged = false;
  #writing: Promise<void> = Promise.resolve();
  #saving: Promise<void> | undefined;

  private constructor(options: AlarmWatchOptions, path: string, state: AlarmState) {
    this.#options = options;
    this.#path = path;
    this.#text = formatAlarms(state);
    this.#alarms = new Alarms(options.silentAfterMs, state, momentNow());
    for (const alarm of this.#alarms.standing) {
      const { name, kind } = alarm;
      options.log.problem(`alarm ${kind} ${name}`, standingLine(alarm), { sensor: name });
    }
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  /** Goes on with what the collector before knew. A file that is damaged is said, and forgotten. */
  static async open(options: AlarmWatchOptions): Promise<AlarmWatch> {
    const path = `${options.folder}/${FILE}`;
    let state: AlarmState | undefined = NO_ALARMS;
    let why = "it is not what was written";
    try {
      const text = await readSmallFile(options.layer, path);
      if (text !== undefined) state = parseAlarms(text);
    } catch (error) {
      state = undefined;
      why = messageOf(error);
    }
    if (!state) {
      const line = `Cannot use "${path}": ${why}; which sensors were there is not known`;
      options.log.problem("alarms", line);
    }
    return new AlarmWatch(options, path, state ?? NO_ALARMS);
  }

  /** Alarms that are not over. */
  get standing(): readonly StandingAlarm[] {
    return this.#alarms.standing;
  }

  came(sensor: ArrivedSensor): SensorVisit {
    const identity = this.#options.sensors() === undefined ? "" : encodeHex(sensor.key);
    const visit = this.#alarms.came({ ...sensor, identity }, momentNow());
    this.#changed();
    if (!visit) return { clock() {}, left() {} };
    const { name } = visit;
    this.#options.whereabouts?.came(name, () => this.#alarms.isHere(name));
    return {
      clock: (sample) => {
        const { offsetMs, roundTripMs } = sample;
        this.#options.log.detail(
          `${printable(visit.name)} told its time: ${
            Math.round(offsetMs)
          } ms ahead of this clock, ` +
            `round trip ${Math.round(roundTripMs)} ms`,
          { sensor: visit.name },
        );
        this.#alarms.clock(visit, sample, momentNow());
        this.#tell();
      },
      left: (isOver) => {
        this.#alarms.left(visit, !isOver && this.#maySend(visit.name), momentNow());
        this.#changed();
      },
    };
  }

  forked(sensor: ArrivedSensor): void {
    this.#alarms.forked(sensor, momentNow());
    this.#changed();
  }

  rows(client: string, rows: PackedRecords): void {
    const row = lastRow(rows);
    if (!row) return;
    this.#alarms.row(client, row, momentNow());
    this.#changed();
  }

  /** Who may send is another list now, or another key is in use. */
  review(): void {
    this.#alarms.review((name) => this.#maySend(name), momentNow());
    this.#lookAtKeys();
    this.#changed();
  }

  /** Writes down what is left to tell. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticking);
    await this.#asking;
    this.#left = Infinity;
    this.#tell();
    await this.#writing;
    await this.#saving;
    await this.#save();
  }

  #maySend(name: string): boolean {
    return this.#options.sensors()?.hasName(name) ?? true;
  }

  #tick(): void {
    const now = momentNow();
    this.#left = EVENTS_PER_TICK;
    if (now.ms - this.#lookedAtKeysMs >= KEYS_MS) this.#lookAtKeys();
    this.#alarms.tick(now);
    this.#nameSilent(now);
    this.#tell();
    if (this.#isChanged) this.#saving ??= this.#save().finally(() => this.#saving = undefined);
  }

  #lookAtKeys(): void {
    const now = momentNow();
    this.#lookedAtKeysMs = now.ms;
    const { oldKeys, whereabouts } = this.#options;
    const old = [...oldKeys()].filter(([name]) => !whereabouts || this.#alarms.watches(name));
    this.#alarms.oldKeys(new Map(old), now);
  }

  #nameSilent(now: Moment): void {
    const { whereabouts } = this.#options;
    const overdue = this.#alarms.overdue(now);
    if (!whereabouts) overdue.forEach((name) => this.#alarms.silent(name, now));
    else this.#asking ??= this.#ask(whereabouts, overdue).finally(() => this.#asking = undefined);
  }

  /** Where nobody can tell where sensors are, none is named. */
  async #ask(whereabouts: Whereabouts, overdue: readonly string[]): Promise<void> {
    const isOverdue = new Set(overdue);
    for (const name of new Set([...overdue, ...this.#toAsk()])) {
      const isElsewhere = await whereabouts.isElsewhere(name);
      if (isElsewhere === undefined) return;
      if (isElsewhere) this.#alarms.elsewhere(name, momentNow());
      else if (isOverdue.has(name)) this.#alarms.silent(name, momentNow());
      this.#changed();
    }
  }

  #toAsk(): readonly string[] {
    const nowMs = performance.now();
    if (nowMs - this.#askedMs < ELSEWHERE_MS) return [];
    this.#askedMs = nowMs;
    return this.#alarms.missing;
  }

  #changed(): void {
    this.#isChanged = true;
    this.#tell();
  }

  #tell(): void {
    const events = this.#alarms.take(this.#left);
    this.#left -= events.length;
    for (const event of events) {
      this.#isChanged = true;
      this.#say(event);
      this.#writing = this.#writing.then(() => this.#write(event));
    }
  }

  #say(event: AlarmEvent): void {
    const { log } = this.#options;
    const { name, kind, lastedMs } = event;
    const about = { sensor: name };
    if (lastedMs !== undefined) log.line(alarmLine(event), about);
    else log.problem(`alarm ${kind} ${name}`, alarmLine(event), about);
  }

  async #write({ name, kind, sinceMs, atMs, lastedMs, detail }: AlarmEvent): Promise<void> {
    const now = nanos(atMs);
    const row = create(SensorAlarmSchema, {
      Timestamp: now,
      Alarm: kind,
      IsOver: lastedMs !== undefined,
      Since: nanos(sinceMs),
      Duration: nanos(lastedMs ?? 0),
      Detail: detail,
    });
    try {
      await this.#options.store.keep(name, encodeAlarmRows(now, [row]));
    } catch (error) {
      this.#options.log.problem("alarms", messageOf(error)); // the store has failed, and ends the collector
    }
  }

  async #save(): Promise<void> {
    this.#isChanged = false;
    const text = formatAlarms(this.#alarms.state);
    if (text === this.#text) return;
    let problem = "";
    try {
      await replaceSmallFile(this.#options.layer, this.#path, text);
      this.#text = text;
    } catch (error) {
      this.#isChanged = true;
      problem = `Cannot write "${this.#path}": ${messageOf(error)}`;
      if (problem !== this.#problem) this.#options.log.problem("alarms", problem);
    }
    this.#problem = problem;
  }
}

function momentNow(): Moment {
  return { ms: performance.now(), wallMs: Date.now() };
}

function nanos(ms: number): bigint {
  return BigInt(Math.round(ms)) * 1_000_000n;
}
