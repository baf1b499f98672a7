/** What is shown of a sensor in numbers. */
import { bytesText, countText, DASH, offsetText, rateText, seenText } from "./numbers.js";
import { state } from "./state.js";

/** @typedef {import("./state.js").Sensor} Sensor */

/**
 * A number of a sensor, or what stands in the place of one.
 *
 * @typedef {import("./sources.js").Source & FigureText} Figure
 *
 * @typedef {object} FigureText
 * @property {string} [about]
 * @property {(sensor: Sensor) => string} text
 * @property {(sensor: Sensor) => number | string} order
 */

const SENSOR = "farcap_sensor_";
const HELD = /** @type {const} */ (["waiting", "inFlight", "spooled"]);
const HELD_METRICS = ["waiting", "in_flight", "spooled"].map((name) => `${SENSOR}${name}_records`);

/** How it fares, in a word. @type {import("./sources.js").Source} */
export const STATE = {
  title: "State",
  metrics: ["connected", "ended", "alarms", "spooled_records"].map((name) => SENSOR + name),
  isText: true,
};

/** @satisfies {Record<string, Figure>} */
export const FIGURES = {
  seen: {
    title: "Last seen",
    metrics: [`${SENSOR}last_seen_timestamp_seconds`],
    text: ({ seen }) => seenText(seen, state.at),
    order: ({ seen }) => seen === "now" ? Infinity : seen ?? 0,
  },
  packets: count("Packets", "packets", `${SENSOR}captured_packets_total`),
  packetRate: rate("Packets/s", "packetRate", `${SENSOR}captured_packets_total`),
  records: count("Records", "records", `${SENSOR}stored_records_total`),
  recordRate: rate("Records/s", "recordRate", `${SENSOR}stored_records_total`),
  bytes: {
    title: "Stored",
    metrics: [`${SENSOR}stored_bytes_total`],
    text: ({ bytes }) => bytesText(bytes),
    order: ({ bytes }) => bytes,
  },
  byteRate: {
    title: "Bytes/s",
    metrics: [`${SENSOR}stored_bytes_total`],
    isRate: true,
    text: ({ byteRate }) => bytesText(byteRate),
    order: ({ byteRate }) => byteRate,
  },
  lost: {
    title: "Lost",
    about: "What was lost since the sensor began",
    get metrics() {
      return state.about.losses.filter((name) => name.startsWith(SENSOR));
    },
    text: ({ losses }) => losses.length === 0 ? "0" : losses.map(lossText).join(", "),
    order: lostOf,
  },
  queue: {
    title: "Queue",
    about: "Records that are not acknowledged: waiting, in flight, spooled",
    metrics: HELD_METRICS,
    text: (sensor) => sensor.waiting === null ? DASH : countText(queueOf(sensor)),
    order: queueOf,
  },
  waiting: count("Waiting", "waiting", HELD_METRICS[0]),
  inFlight: count("In flight", "inFlight", HELD_METRICS[1]),
  spooled: count("Spooled", "spooled", HELD_METRICS[2]),
  clock: {
    title: "Clock",
    about: "How far the sensor's clock is from the collector's",
    metrics: [`${SENSOR}clock_offset_seconds`],
    text: ({ offsetMs }) => offsetMs === null ? DASH : offsetText(offsetMs),
    order: ({ offsetMs }) => Math.abs(offsetMs ?? 0),
  },
  key: {
    title: "Key",
    about: "What the sensor's public key begins with",
    metrics: [`${SENSOR}key_info`],
    text: ({ key }) => key ?? DASH,
    order: ({ key }) => key ?? "",
    isText: true,
  },
};

/**
 * @param {string} title
 * @param {"packets" | "records" | "waiting" | "inFlight" | "spooled"} name
 * @param {string | undefined} metric
 * @returns {Figure}
 */
function count(title, name, metric) {
  return {
    title,
    metrics: metric === undefined ? [] : [metric],
    text: (sensor) => sensor[name] === null ? DASH : countText(sensor[name]),
    order: (sensor) => sensor[name] ?? -1,
  };
}

/**
 * @param {string} title
 * @param {"packetRate" | "recordRate"} name
 * @param {string} metric
 * @returns {Figure}
 */
function rate(title, name, metric) {
  return {
    title,
    metrics: [metric],
    isRate: true,
    text: (sensor) => sensor[name] === null ? DASH : rateText(sensor[name]),
    order: (sensor) => sensor[name] ?? -1,
  };
}

/** @param {[string, number]} loss */
export function lossText([words, count]) {
  return `${countText(count)} ${words}`;
}

/** @param {Sensor} sensor */
function lostOf({ losses }) {
  return losses.reduce((sum, [, count]) => sum + count, 0);
}

/** @param {Sensor} sensor */
function queueOf(sensor) {
  return HELD.reduce((sum, name) => sum + (sensor[name] ?? 0), 0);
}
