/** The page of one sensor. */
import { ask } from "./api.js";
import { areaChart } from "./charts.js";
import { commandLine } from "./commands.js";
import { h, setAttribute, setText, visible } from "./dom.js";
import { axis, causesTable, lane, legend } from "./lanes.js";
import { loading } from "./loading.js";
import { bytesText, countText, DASH, offsetText, rateText, seenText } from "./numbers.js";
import { commandTime, spanChoice } from "./spans.js";
import { state } from "./state.js";
import { again } from "./span_view.js";

/** @typedef {import("./state.js").Sensor} Sensor */
/** @typedef {import("./lanes.js").Cause} Cause */
/**
 * @typedef {object} Ledger
 * @property {Record<string, Record<string, number>>} types
 * @property {Record<string, number>} [packets]
 * @property {Cause[]} causes
 */

/** What is told of a sensor, with the metric that it is. @type {[string, string, (sensor: Sensor) => string][]} */
const FACTS = [
  [
    "Last seen",
    "farcap_sensor_last_seen_timestamp_seconds",
    ({ seen }) => seenText(seen, state.at),
  ],
  ["Key begins with", "", ({ key }) => key ?? DASH],
  [
    "Clock is ahead by",
    "farcap_sensor_clock_offset_seconds",
    ({ offsetMs }) => offsetMs === null ? DASH : offsetText(offsetMs),
  ],
  ["Packets", "farcap_sensor_captured_packets_total", ({ packets }) => orDash(packets)],
  [
    "Packets a second",
    "farcap_sensor_captured_packets_total",
    ({ packetRate }) => packetRate === null ? DASH : rateText(packetRate),
  ],
  ["Records stored", "farcap_sensor_stored_records_total", ({ records }) => countText(records)],
  [
    "Records a second",
    "farcap_sensor_stored_records_total",
    ({ recordRate }) => rateText(recordRate),
  ],
  ["Bytes stored", "farcap_sensor_stored_bytes_total", ({ bytes }) => bytesText(bytes)],
  ["Bytes a second", "farcap_sensor_stored_bytes_total", ({ byteRate }) => bytesText(byteRate)],
  ["Waiting records", "farcap_sensor_waiting_records", ({ waiting }) => orDash(waiting)],
  ["In flight", "farcap_sensor_in_flight_records", ({ inFlight }) => orDash(inFlight)],
  ["Spooled", "farcap_sensor_spooled_records", ({ spooled }) => orDash(spooled)],
  [
    "Lost",
    "",
    ({ losses }) =>
      losses.length === 0
        ? "nothing"
        : losses.map(([words, count]) => `${countText(count)} ${words}`).join(", "),
  ],
];

/** @param {number | null} count */
function orDash(count) {
  return count === null ? DASH : countText(count);
}

/** @param {string} name */
export function sensorView(name) {
  const { ledger, dump, out } = state.about;
  const badge = h("span", { class: "badge" });
  const values = FACTS.map(() => h("dd"));
  const chart = areaChart("Records stored a second, over the last hour");
  const gone = h(
    "p",
    { class: "none" },
    "Nothing is known of a sensor of this name since the collector runs.",
  );
  const show = () => {
    const sensor = state.sensors.get(name);
    gone.hidden = sensor !== undefined;
    if (!sensor) return;
    setText(badge, sensor.state);
    setAttribute(badge, "data-look", sensor.look);
    FACTS.forEach(([, , text], n) => setText(/** @type {Node} */ (values[n]), text(sensor)));
    chart.show([...(state.history.get(name) ?? []), sensor.recordRate]);
  };
  let span = { from: 0, to: 1 };
  const body = loading((/** @type {{ ledgers: Ledger[] }} */ { ledgers: [books] }) =>
    books
      ? [
        h("div", { class: "alone" }, axis(span), lane(books.causes, span), legend()),
        ...books.causes.length > 0
          ? [causesTable(books.causes.map((cause) => ({ ...cause, client: name })))]
          : [],
        typesTable(books),
        commandLine(
          ...[ledger, out, "-client", name, "-from", commandTime(span.from)],
          ...["-to", commandTime(span.to), "-table"],
        ),
      ]
      : [h("p", { class: "none" }, "There are no books of it.")]
  );
  const load = () => {
    span = choice.span();
    const query = new URLSearchParams({ from: `${span.from}`, to: `${span.to}`, client: name });
    body.load(ask(`/api/ledger?${query}`));
  };
  const choice = spanChoice(3600, load);
  state.addEventListener("all", show);
  state.addEventListener("changes", show);
  show();
  load();
  const records = `#/records?${new URLSearchParams({ client: name })}`;
  const element = h(
    "div",
    {},
    h(
      "section",
      { class: "card" },
      h(
        "div",
        { class: "head" },
        h("h1", {}, visible(name)),
        badge,
        h("a", { href: records }, "its newest records"),
      ),
      gone,
      chart.element,
      h(
        "dl",
        { class: "facts" },
        ...FACTS.map(([title, metric], n) =>
          h("div", { title: metric }, h("dt", {}, title), values[n])
        ),
      ),
      commandLine(dump, out, "-client", name, "-count", "-by", "type"),
    ),
    h(
      "section",
      { class: "card" },
      h("div", { class: "head" }, h("h2", {}, "Ledger"), choice.element, again(load)),
      body.element,
    ),
  );
  return {
    element,
    close: () => {
      state.removeEventListener("all", show);
      state.removeEventListener("changes", show);
    },
  };
}

/** What became of records, by type. @param {Ledger} ledger */
function typesTable({ types, packets = {} }) {
  const columns = [
    "made",
    "stored",
    "held",
    "evicted",
    "refused",
    "tooLarge",
    "unwanted",
    "expired",
    "lost",
    "unknown",
  ];
  const rows = Object.entries(types);
  const shown = columns.filter((column, n) =>
    n < 2 || rows.some(([, counts]) => (counts[column] ?? 0) > 0)
  );
  const title = (/** @type {string} */ name) =>
    name.replace(/[A-Z]/, (letter) => ` ${letter.toLowerCase()}`);
  const seen = Object.entries(packets).filter(([, count]) => count > 0)
    .map(([what, count]) => `${title(what).trim().toLowerCase()} ${countText(count)}`);
  return h(
    "div",
    {},
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Records by type" },
      h(
        "table",
        { class: "types" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Type"),
            ...shown.map((column) => h("th", { scope: "col", class: "number" }, title(column))),
          ),
        ),
        h(
          "tbody",
          {},
          ...rows.map(([type, counts]) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, visible(type)),
              ...shown.map((column) => {
                const count = counts[column];
                const isBad = ["evicted", "lost", "unknown", "tooLarge"].includes(column) &&
                  (count ?? 0) > 0;
                return h("td", { class: isBad ? "number bad" : "number" }, orDash(count ?? null));
              }),
            )
          ),
        ),
      ),
    ),
    h("p", { class: "none" }, seen.length > 0 ? `Packets: ${seen.join(", ")}.` : ""),
  );
}
