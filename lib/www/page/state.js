/** What the program has told: everything once, then what changes. */
import { ask } from "./api.js";

/**
 * @typedef {object} Sensor
 * @property {string} name
 * @property {string} state
 * @property {"good" | "plain" | "dim" | "bad"} look
 * @property {number | "now" | null} seen Seconds since 1970; null where it has not come.
 * @property {number | null} packetRate
 * @property {number} recordRate
 * @property {number} byteRate
 * @property {number | null} packets
 * @property {number} records
 * @property {number} bytes
 * @property {[string, number][]} losses
 * @property {number | null} inFlight
 * @property {number | null} waiting
 * @property {number | null} spooled
 * @property {string | null} key
 * @property {number | null} offsetMs
 */

/** Fields that hold addresses. @typedef {{ ip: readonly string[], mac: readonly string[] }} AddressFields */

/**
 * @typedef {object} About
 * @property {string} version
 * @property {string} out The folder of the records.
 * @property {string} address Where sensors may reach the collector.
 * @property {string} collector How commands begin, as are the next.
 * @property {string} ledger
 * @property {string} dump
 * @property {string} devices
 * @property {string} enroll
 * @property {string} tokenFile
 * @property {string} [engine] Where records are, if they are in no files.
 * @property {readonly string[]} [engineFlags] With which commands connect there.
 * @property {readonly string[]} losses The metrics of what is lost.
 * @property {Readonly<Record<string, AddressFields>>} types By their names.
 */

/**
 * @typedef {object} Choice
 * @property {string} client
 * @property {string} type
 * @property {string} address
 */

/** How many moments the chart of the whole has. */
const MOMENTS = 120;
const AGAIN_MS = 1000;

/** What is known, and who wants to know. */
class State extends EventTarget {
  /** @type {Map<string, Sensor>} */
  sensors = new Map();
  /** @type {Record<string, number>} */
  totals = {};
  /** @type {[string, number][]} */
  losses = [];
  /** @type {Map<string, number[]>} */
  history = new Map();
  /** Records a second of all, at each of the last moments. @type {number[]} */
  moments = [];
  byteRate = 0;
  recordRate = 0;
  /** By the program's clock, ms since 1970. */
  at = 0;
  /** @type {About} */
  about = /** @type {About} */ ({});
  /** Whether it is told what changes. */
  isLive = false;
  /** Whether every key may send, under any name. */
  isOpen = false;
  /** @type {Choice | undefined} */
  choice;
  /** @type {EventSource | undefined} */
  #source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  /** @type {string[]} */
  #columns = [];

  /** Begins to listen, or begins anew with another choice of records. @param {Choice} [choice] */
  listen(choice) {
    this.choice = choice;
    this.#close();
    const query = choice ? `?records&${new URLSearchParams({ ...choice })}` : "";
    const source = this.#source = new EventSource(`/api/events${query}`);
    source.addEventListener("all", ({ data }) => this.#takeAll(JSON.parse(data)));
    source.addEventListener("changes", ({ data }) => this.#take(JSON.parse(data)));
    source.addEventListener("records", ({ data }) => {
      this.dispatchEvent(new CustomEvent("records", { detail: JSON.parse(data) }));
    });
    source.onerror = () => {
      this.#setLive(false);
      source.close();
      this.#again = setTimeout(() => this.#retry(), AGAIN_MS);
    };
  }

  /** Ends it, until it is to listen again. */
  stop() {
    this.#close();
    this.isLive = false;
  }

  #close() {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#source = undefined;
  }

  /** The program may have gone for a moment, or want to know again who this is. */
  async #retry() {
    try {
      const about = await ask("/api/about");
      if (about.out === undefined) this.dispatchEvent(new Event("unknown"));
      else this.listen(this.choice);
    } catch {
      this.#again = setTimeout(() => this.#retry(), AGAIN_MS);
    }
  }

  /** @param {any} all */
  #takeAll({ at, isOpen, totals, losses, columns, sensors, history }) {
    this.#columns = columns;
    this.history = new Map(Object.entries(history));
    this.sensors = new Map();
    this.isOpen = isOpen;
    this.#setLive(true);
    this.#takeRows(at, totals, losses, sensors);
    this.dispatchEvent(new Event("all"));
  }

  /** @param {any} changes */
  #take({ at, isOpen, totals, losses, sensors, gone, rates }) {
    this.isOpen = isOpen;
    for (const name of gone) this.sensors.delete(name);
    for (const [name, rate] of Object.entries(rates ?? {})) {
      const known = this.history.get(name) ?? [];
      this.history.set(name, [...known, rate].slice(-MOMENTS));
    }
    const changed = this.#takeRows(at, totals, losses, sensors);
    this.dispatchEvent(new CustomEvent("changes", { detail: { changed, gone } }));
  }

  /**
   * @param {number} at
   * @param {Record<string, number>} totals
   * @param {[string, number][]} losses
   * @param {unknown[][]} rows
   */
  #takeRows(at, totals, losses, rows) {
    const changed = rows.map((row) => {
      const named = this.#columns.map((column, n) => [column, row[n]]);
      const sensor = /** @type {Sensor} */ (Object.fromEntries(named));
      this.sensors.set(sensor.name, sensor);
      return sensor.name;
    });
    this.#takeMoment(at, totals);
    this.at = at;
    this.totals = totals;
    this.losses = losses;
    return changed;
  }

  /**
   * @param {number} at
   * @param {Record<string, number>} totals
   */
  #takeMoment(at, totals) {
    const sinceMs = at - this.at;
    if (this.at === 0 || sinceMs <= 0) return;
    const rate = (/** @type {string} */ name) => {
      return Math.max(0, (totals[name] ?? 0) - (this.totals[name] ?? 0)) / sinceMs * 1000;
    };
    this.recordRate = rate("farcap_stored_records_total");
    this.byteRate = rate("farcap_stored_bytes_total");
    this.moments = [...this.moments, this.recordRate].slice(-MOMENTS);
  }

  /** @param {boolean} isLive */
  #setLive(isLive) {
    if (this.isLive === isLive) return;
    this.isLive = isLive;
    this.dispatchEvent(new Event("link"));
  }
}

export const state = new State();
