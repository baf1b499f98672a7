import { Allowance } from "../../base/wait/allowance.ts";
import { encodeHex, parseHex } from "../../base/bytes/bytes.ts";
import { counted } from "../../base/text/counted.ts";
import { messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import { printable } from "../../base/text/printable.ts";
import { accessRoster, revokedName } from "../../seal/access/access_roster.ts";
import {
  acceptKey,
  type AccessState,
  enrolKey,
  EnrolResult,
  rotateKey,
  RotateResult,
} from "../../seal/access/access_state.ts";
import { equalHashes, hashOfSecret } from "../../seal/access/enrol_token.ts";
import { nameOfKey } from "../../seal/key.ts";
import type { RosterEntry, SensorList } from "../../seal/roster.ts";
import type { SessionAccess } from "../../transport/server/session_access.ts";
import type { AccessPlace } from "./kept_state.ts";

const LOOK_MS = 2000;
/** A secret cannot be guessed; those who try anyway cost little. */
const ENROLMENTS_PER_SECOND = 10;
const DAY_MS = 86_400_000;
const NO_HASH = new Uint8Array(32);

/** What {@linkcode Access} works with. */
export interface AccessOptions {
  readonly place: AccessPlace;
  /** The operator's list as it is now; undefined where there is none. */
  readonly listed: () => SensorList | undefined;
  /** A key that has been in use for longer is old. */
  readonly maxKeyAgeMs?: number;
  readonly log: Log;
  /** Told, again and again, while acts wait that are to be records. */
  readonly onActs?: () => void;
  /** Told when somebody else has changed who may send. */
  readonly onChange: () => void;
}

/**
 * Who may send at a collector that runs: its operator's list, and what an {@linkcode AccessPlace} holds,
 * which is looked at every 2 s, and when it is heard that it changed. One that is damaged or away meanwhile
 * changes nothing, and that is said.
 */
export class Access implements SessionAccess, Disposable {
  readonly #options: AccessOptions;
  readonly #enrolments = new Allowance(ENROLMENTS_PER_SECOND);
  readonly #looking: ReturnType<typeof setInterval>;
  #state: AccessState;
  #text: string;
  #problem = "";
  /** Of the retired keys, how many may not send any more. */
  #over = 0;
  #refreshing: Promise<void> = Promise.resolve();
  /** The look that has not begun yet. */
  #nextLook: Promise<void> | undefined;
  #sensors: { of: SensorList | undefined; list: SensorList | undefined } | undefined;

  private constructor(options: AccessOptions, state: AccessState) {
    this.#options = options;
    this.#state = state;
    this.#text = JSON.stringify(state);
    this.#looking = setInterval(() => this.refresh().then(() => this.#tellActs()), LOOK_MS);
    options.place.hear?.(() => this.refresh());
  }

  /** @throws StoreError When what is there cannot be read. */
  static async open(options: AccessOptions): Promise<Access> {
    const { access } = options.place;
    return new Access(options, access.known ?? await access.read());
  }

  /** Who may send now; undefined if everybody may, under any name. */
  get sensors(): SensorList | undefined {
    const listed = this.#options.listed();
    if (!this.#sensors || this.#sensors.of !== listed) {
      this.#sensors = { of: listed, list: accessRoster(this.#state, listed, Date.now) };
    }
    return this.#sensors.list;
  }

  /** What there is besides the operator's list. */
  get state(): AccessState {
    return this.#state;
  }

  revokedName(key: Uint8Array): string | undefined {
    return revokedName(this.#state, this.#options.listed(), key);
  }

  async enrol(key: Uint8Array, id: Uint8Array, secret: Uint8Array) {
    const { log, place, listed } = this.#options;
    if (!this.#enrolments.take(performance.now())) return { result: EnrolResult.Later };
    const hash = await hashOfSecret(secret);
    const wanted = {
      id: encodeHex(id),
      key: encodeHex(key),
      isListed: listed()?.entryOf(key) !== undefined,
    };
    try {
      const enrolled = await place.access.change((state) => {
        const token = state.tokens.find((each) => each.id === wanted.id);
        const stored = token ? parseHex(token.secretHash)! : NO_HASH;
        const enrolled = equalHashes(stored, hash)
          ? enrolKey(state, wanted, Date.now())
          : { result: EnrolResult.NoToken, state };
        return { ...enrolled, isNew: enrolled.state !== state };
      });
      this.#take(enrolled.state);
      const { result, name, isNew } = enrolled;
      if (name === undefined) return { result };
      if (isNew) log.line(`enrolled ${printable(name)}, its key begins with ${nameOfKey(key)}`);
      return { result, name };
    } catch (error) {
      log.problem("enrol", messageOf(error));
      return { result: EnrolResult.Later };
    }
  }

  async rotate(key: Uint8Array, next: Uint8Array): Promise<number> {
    const { log, place, listed } = this.#options;
    if (this.sensors === undefined) return RotateResult.Rotated; // every key may send
    const entry = listed()?.entryOf(key);
    const wanted = {
      key: encodeHex(key),
      next: encodeHex(next),
      listed: entry && listedAs(entry),
      isNextListed: listed()?.entryOf(next) !== undefined,
    };
    try {
      const { result, state, isNew } = await place.access.change((state) => {
        const rotated = rotateKey(state, wanted, Date.now());
        return { ...rotated, isNew: rotated.state !== state };
      });
      this.#take(state);
      if (isNew) {
        const name = printable(this.sensors?.entryOf(next)?.name ?? "");
        log.line(`${name} has another key, which begins with ${nameOfKey(next)}`);
      }
      return result;
    } catch (error) {
      log.problem("rotate", messageOf(error));
      return RotateResult.Later;
    }
  }

  accepted(key: Uint8Array): void {
    const digits = encodeHex(key);
    const isNoted = this.#state.accepted.some((each) => each.key === digits);
    if (isNoted || this.sensors === undefined) return;
    const { place, log } = this.#options;
    place.access.change((state) => ({ state: acceptKey(state, digits, Date.now()) })).then(
      ({ state }) => this.#take(state),
      (error) => log.problem("access", messageOf(error)),
    );
  }

  /** By name, whose keys have been in use for too long, since when, and how that is said. */
  get oldKeys(): ReadonlyMap<string, { readonly sinceMs: number; readonly detail: string }> {
    const { maxKeyAgeMs = Infinity } = this.#options;
    const nowMs = Date.now();
    const old = new Map<string, { sinceMs: number; detail: string }>();
    for (const { key, sinceMs } of this.#state.accepted) {
      if (nowMs - sinceMs <= maxKeyAgeMs) continue;
      const name = this.sensors?.entryOf(parseHex(key)!)?.name;
      if (name === undefined) continue;
      const days = Math.floor((nowMs - sinceMs) / DAY_MS);
      old.set(name, {
        sinceMs: sinceMs + maxKeyAgeMs,
        detail: `in use for ${counted(days, "day")}`,
      });
    }
    return old;
  }

  /** Looks at it again. */
  refresh(): Promise<void> {
    return this.#nextLook ??= this.#refreshing = this.#refreshing.then(() => {
      this.#nextLook = undefined;
      return this.#refresh();
    });
  }

  async #refresh(): Promise<void> {
    const { place, log } = this.#options;
    let problem = "";
    let state = this.#state;
    try {
      state = await place.access.read();
    } catch (error) {
      problem = messageOf(error);
      if (problem !== this.#problem) log.problem("access", `${problem}; what was read holds`);
    }
    this.#problem = problem;
    this.#take(state);
  }

  #tellActs(): void {
    if (this.#state.acts.waiting.length > 0) this.#options.onActs?.();
  }

  /** @param read What somebody has read; another one may have read something newer meanwhile. */
  #take(read: AccessState): void {
    const state = this.#options.place.access.known ?? read;
    const over = state.retired.filter(({ untilMs }) => Date.now() >= untilMs).length;
    const text = state === this.#state ? this.#text : JSON.stringify(state);
    if (text === this.#text && over === this.#over) return;
    const wasOpen = this.sensors === undefined;
    if (text !== this.#text) this.#sensors = undefined;
    this.#text = text;
    this.#state = state;
    this.#over = over;
    if (wasOpen && this.sensors !== undefined) {
      this.#options.log.line("so far every key might send: from now on only who is enrolled");
    }
    this.#options.onChange();
  }

  /** Stops looking. */
  [Symbol.dispose](): void {
    clearInterval(this.#looking);
  }
}

function listedAs({ name, ...options }: RosterEntry) {
  return { name, options };
}
