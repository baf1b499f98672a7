/** The page of one sensor. */
import { ask } from "./api.js";
import { areaChart } from "./charts.js";
import { clientWord, commandLine } from "./commands.js";
import { h, setAttribute, setText, visible } from "./dom.js";
import { recordPlace } from "./elsewhere.js";
import { FIGURES, STATE } from "./figures.js";
import { axis, causesTable, lane, legend } from "./lanes.js";
import { loading, problemLines } from "./loading.js";
import { countText, DASH } from "./numbers.js";
import { sourcesOfSensors } from "./sources.js";
import { commandTime, spanChoice } from "./spans.js";
import { state } from "./state.js";
import { again } from "./span_view.js";

/** @typedef {import("./lanes.js").Cause} Cause */
/**
 * @typedef {object} Ledger
 * @property {Record<string, Record<string, number>>} types
 * @property {Record<string, number>} [packets]
 * @property {Cause[]} causes
 */
/** @typedef {{ ledgers: Ledger[], problems: string[] }} Answer */

const { key, clock, packets, packetRate, records, recordRate, ...others } = FIGURES;
const { seen, bytes, byteRate, waiting, inFlight, spooled, lost } = others;
/** @type {readonly import("./figures.js").Figure[]} */
const FACTS = [
  ...[seen, key, clock, packets, packetRate, records, recordRate],
  ...[bytes, byteRate, waiting, inFlight, spooled, lost],
];

/** @param {string} name */
export function sensorView(name) {
  const { ledger, dump } = state.about;
  const badge = h("span", { class: "badge" });
  const values = FACTS.map(() => h("dd"));
  const chart = areaChart("Records stored a second, over the last hour");
  const gone = h(
    "p",
    { class: "none" },
    "No sensor of this name has come since the collector began.",
  );
  const show = () => {
    const sensor = state.sensors.get(name);
    gone.hidden = sensor !== undefined;
    if (!sensor) return;
    setText(badge, sensor.state);
    setAttribute(badge, "data-look", sensor.look);
    FACTS.forEach(({ text }, n) => setText(/** @type {Node} */ (values[n]), text(sensor)));
    chart.show([...(state.history.get(name) ?? []), sensor.recordRate]);
  };
  let span = { from: 0, to: 1 };
  const body = loading((/** @type {Answer} */ { ledgers: [books], problems }) => [
    ...problemLines(problems),
    ...books
      ? [
        h("div", { class: "alone" }, axis(span), lane(books.causes, span), legend()),
        ...books.causes.length > 0
          ? [causesTable(books.causes.map((cause) => ({ ...cause, client: name })))]
          : [],
        typesTable(books),
        commandLine(
          ...[
            ledger,
            ...recordPlace(),
            "-client",
            clientWord(name),
            "-from",
            commandTime(span.from),
          ],
          ...["-to", commandTime(span.to), "-table"],
        ),
      ]
      : [h("p", { class: "none" }, "There are no books of it.")],
  ]);
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
        ...FACTS.map(({ title, about }, n) =>
          h("div", { title: about }, h("dt", {}, title), values[n])
        ),
      ),
      sourcesOfSensors([STATE, ...FACTS], name),
      commandLine(dump, ...recordPlace(), "-client", clientWord(name), "-count", "-by", "type"),
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
                return h(
                  "td",
                  { class: isBad ? "number bad" : "number" },
                  count === undefined ? DASH : countText(count),
                );
              }),
            )
          ),
        ),
      ),
    ),
    h("p", { class: "none" }, seen.length > 0 ? `Packets: ${seen.join(", ")}.` : ""),
  );
}
