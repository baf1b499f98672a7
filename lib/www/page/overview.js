/** All sensors at a glance. */
import { areaChart, sparkline } from "./charts.js";
import { commandLine } from "./commands.js";
import { h, setAttribute, setText, visible } from "./dom.js";
import { recordPlace } from "./elsewhere.js";
import { FIGURES, lossText, STATE } from "./figures.js";
import { bytesText, countText, DASH, rateText } from "./numbers.js";
import { sourcesOfSensors, sourcesOfWhole } from "./sources.js";
import { state } from "./state.js";

/** @typedef {import("./state.js").Sensor} Sensor */
/** @typedef {import("./figures.js").Figure} Figure */

/** `plant-2` comes before `plant-10`. */
const NAMES = new Intl.Collator("en", { numeric: true });

/** @type {readonly Figure[]} */
const COLUMNS = [
  ...[FIGURES.seen, FIGURES.packetRate, FIGURES.recordRate, FIGURES.byteRate],
  ...[FIGURES.bytes, FIGURES.lost, FIGURES.queue, FIGURES.clock, FIGURES.key],
];

/**
 * A box with a large number and what is to be said of it.
 *
 * @param {string} title
 * @param {string} name
 * @param {...Node} more
 */
function tile(title, name, ...more) {
  const value = h("strong");
  const note = h("span");
  const element = h("div", { class: `tile ${name}` }, h("h2", {}, title), value, note, ...more);
  const show = (/** @type {string} */ text, /** @type {string} */ words) => {
    setText(value, text);
    setText(note, words);
  };
  return { element, show };
}

/** What is at the top: a few numbers of the whole. */
function tiles() {
  const chart = areaChart("Records stored a second, over the last minutes");
  const meter = h("meter", { max: 1, low: 0.8, high: 0.95, optimum: 0, "aria-label": "Disk" });
  const connected = tile("Sensors", "connected");
  const records = tile("Records a second", "records", chart.element);
  const bytes = tile("Stored a second", "bytes");
  const lost = tile("Lost", "lost");
  const disk = tile("Disk", "disk", meter);
  const element = h(
    "section",
    { "aria-label": "The whole" },
    h(
      "div",
      { class: "tiles" },
      ...[connected, records, bytes, lost, disk].map((each) => each.element),
    ),
    sourcesOfWhole([
      { title: "Sensors", metrics: ["farcap_sensors"] },
      { title: "Records", metrics: ["farcap_stored_records_total"] },
      { title: "Stored", metrics: ["farcap_stored_bytes_total"] },
      { title: "Lost", metrics: state.about.losses },
      {
        title: "Disk",
        metrics: ["farcap_disk_size_bytes", "farcap_disk_free_bytes"],
        isText: true,
      },
    ]),
  );
  const show = () => {
    const { totals, losses, sensors } = state;
    const total = (/** @type {string} */ name) => totals[`farcap_${name}`] ?? 0;
    connected.show(countText(total("sensors")), `connected, of ${countText(sensors.size)}`);
    const stored = countText(total("stored_records_total"));
    records.show(rateText(state.recordRate), `${stored} since start`);
    bytes.show(
      bytesText(state.byteRate),
      `${bytesText(total("stored_bytes_total"))} since start`,
    );
    const all = [...losses, ...[...sensors.values()].flatMap((sensor) => sensor.losses)];
    const count = all.reduce((sum, [, each]) => sum + each, 0);
    if (count === 0) lost.show("nothing", "as sensors and collector count");
    else lost.show(countText(count), reasons(all));
    lost.element.classList.toggle("bad", count > 0);
    const [size, free] = [total("disk_size_bytes"), total("disk_free_bytes")];
    const used = size === 0 ? 0 : 1 - free / size;
    const isStalled = total("store_stalled") > 0;
    const note = isStalled ? "batches wait for room" : `${bytesText(free)} free`;
    disk.show(size === 0 ? DASH : `${Math.round(used * 100)} %`, note);
    meter.value = used;
    chart.show(state.moments);
  };
  return { element, show };
}

/** @param {[string, number][]} losses */
function reasons(losses) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const [words, count] of losses) sums.set(words, (sums.get(words) ?? 0) + count);
  return [...sums].sort(([, a], [, b]) => b - a).map(lossText).join(", ");
}

/** @param {(name: string) => string} linkOf */
function sensorRow(linkOf, /** @type {string} */ name) {
  const badge = h("span", { class: "badge" });
  const cells = COLUMNS.map(({ title, isText }) =>
    h("td", { class: isText ? "text" : "number", "data-title": title })
  );
  const spark = sparkline();
  /** @type {number[] | undefined} */
  let drawn;
  const link = h("a", { href: linkOf(name) }, visible(name));
  const element = h(
    "tr",
    {},
    h("th", { scope: "row" }, link),
    h("td", { "data-title": "State" }, badge),
    ...cells,
    h("td", { class: "sparks", "data-title": "Last hour" }, spark.element),
  );
  const show = (/** @type {Sensor} */ sensor) => {
    setText(badge, sensor.state);
    setAttribute(badge, "data-look", sensor.look);
    COLUMNS.forEach(({ text }, n) => setText(/** @type {Node} */ (cells[n]), text(sensor)));
    element.classList.toggle("losing", sensor.losses.length > 0);
    const history = state.history.get(name);
    if (history === drawn) return; // lines are drawn when a span of them has ended
    drawn = history;
    spark.show(history ?? []);
  };
  return { element, show };
}

/** @param {(name: string) => string} linkOf Where the page of a sensor is. */
export function overviewView(linkOf) {
  const top = tiles();
  const body = h("tbody");
  /** @type {Map<string, ReturnType<typeof sensorRow>>} */
  const rows = new Map();
  /** @type {{ by: Figure | undefined, isUp: boolean }} */
  const sorting = { by: undefined, isUp: false };
  const heads = [undefined, ...COLUMNS].map((column) => {
    const sort = () => {
      sorting.isUp = sorting.by === column && !sorting.isUp;
      sorting.by = column;
      showSorting();
      order();
    };
    const title = column?.title ?? "Sensor";
    const button = h("button", { type: "button", class: "sort", onclick: sort }, title);
    return h("th", {
      scope: "col",
      title: column?.about,
      class: column && !column.isText ? "number" : "",
    }, button);
  });
  const [first, ...others] = heads;
  const showSorting = () => {
    const { by, isUp } = sorting;
    heads.forEach((head, n) => {
      const isBy = (n === 0 ? undefined : COLUMNS[n - 1]) === by;
      const isAscending = isUp !== (n === 0);
      setAttribute(head, "aria-sort", !isBy ? "none" : isAscending ? "ascending" : "descending");
    });
  };
  let shownOrder = "none";
  const order = () => {
    const { by, isUp } = sorting;
    const sorted = [...state.sensors.values()].sort((a, b) => {
      const [one, other] = [by?.order(a) ?? 0, by?.order(b) ?? 0];
      const difference = one === other ? 0 : one < other ? 1 : -1;
      const names = NAMES.compare(a.name, b.name);
      return by ? (isUp ? -difference : difference) || names : isUp ? -names : names;
    });
    const wanted = sorted.map(({ name }) => name).join("\n");
    if (wanted === shownOrder) return;
    shownOrder = wanted;
    const focused = /** @type {HTMLElement | null} */ (body.querySelector(":focus"));
    body.append(...sorted.flatMap(({ name }) => rows.get(name)?.element ?? []));
    focused?.focus({ preventScroll: true }); // which a row that moves loses
    none.hidden = sorted.length > 0;
  };
  const none = h("p", { class: "none" }, "No sensor has come yet.");
  const element = h(
    "div",
    {},
    h("h1", { class: "unseen" }, "Sensors"),
    top.element,
    h(
      "section",
      { class: "card" },
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "Sensors" },
        h(
          "table",
          { class: "sensors stacks" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              first,
              h("th", { scope: "col" }, "State"),
              ...others,
              h("th", { scope: "col" }, "Last hour"),
            ),
          ),
          body,
        ),
      ),
      none,
      sourcesOfSensors([STATE, ...COLUMNS]),
      commandLine(state.about.ledger, ...recordPlace()),
    ),
  );
  const show = (/** @type {Iterable<string>} */ names) => {
    for (const name of names) {
      const sensor = state.sensors.get(name);
      if (!sensor) continue;
      const row = rows.get(name) ?? sensorRow(linkOf, name);
      rows.set(name, row);
      row.show(sensor);
    }
  };
  const showAll = () => {
    for (const [name, row] of rows) {
      if (state.sensors.has(name)) continue;
      row.element.remove();
      rows.delete(name);
    }
    show(state.sensors.keys());
    top.show();
    order();
  };
  const onChanges = (/** @type {Event} */ event) => {
    const { changed, gone } = /** @type {CustomEvent} */ (event).detail;
    if (gone.length > 0) return showAll();
    const aging = [...state.sensors.values()].filter(({ seen }) => typeof seen === "number");
    show(new Set([...changed, ...aging.map(({ name }) => name)]));
    top.show();
    order();
  };
  state.addEventListener("all", showAll);
  state.addEventListener("changes", onChanges);
  showSorting();
  showAll();
  return {
    element,
    close: () => {
      state.removeEventListener("all", showAll);
      state.removeEventListener("changes", onChanges);
    },
  };
}
