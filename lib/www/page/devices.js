/** Devices that records of a span tell of. */
import { commandLine } from "./commands.js";
import { h, visible } from "./dom.js";
import { loading, problemLines } from "./loading.js";
import { countedText, countText } from "./numbers.js";
import { nothingThen, spanView } from "./span_view.js";
import { spanWords } from "./spans.js";
import { state } from "./state.js";

/**
 * @typedef {object} Device
 * @property {string} client
 * @property {string} mac
 * @property {string} [vendor]
 * @property {boolean} local
 * @property {string} first
 * @property {string} last
 * @property {{ name: string, from: string }[]} names
 * @property {{ address: string, from: string }[]} addresses
 */

const SHOWN_NAMES = 4;

export function devicesView() {
  const { devices: command, out } = state.about;
  /** @type {string[]} */
  let words = [];
  /** @type {import("./span_view.js").EndAt} */
  let endAt = () => {};
  const body = loading(
    (
      /** @type {{ devices: Device[], left: number, isCut: boolean, records: number, problems: string[], newest?: number }} */
      { devices, left, isCut, records, problems, newest },
    ) => [
      ...problemLines(problems),
      records === 0
        ? nothingThen("No record that tells of devices is of that time", newest, endAt)
        : tableOf(devices, left, isCut),
      commandLine(command, out, ...words),
    ],
  );
  return spanView("Devices", body, {
    ...{ path: "/api/devices", hasSensors: true },
    onAsk: (span, client, ending) => {
      words = spanWords(span, client);
      endAt = ending;
    },
  });
}

/** @param {Device[]} devices @param {number} left @param {boolean} isCut */
function tableOf(devices, left, isCut) {
  return h(
    "div",
    {},
    h(
      "p",
      { class: "none" },
      `${countedText(devices.length, "device")}${
        left > 0 ? `, ${countText(left)} more not shown` : ""
      }${isCut ? "; not all records were looked at, there are too many" : ""}.`,
    ),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Devices" },
      h(
        "table",
        { class: "devices stacks" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...["Address", "Vendor", "Names", "IP addresses", "First seen", "Last seen", "Sensor"]
              .map((title) => h("th", { scope: "col" }, title)),
          ),
        ),
        h("tbody", {}, ...devices.map(deviceRow)),
      ),
    ),
  );
}

/** @param {Device} device */
function deviceRow({ client, mac, vendor, local, first, last, names, addresses }) {
  const records = `#/records?${new URLSearchParams({ address: mac })}`;
  return h(
    "tr",
    {},
    h("th", { scope: "row", class: "mono" }, h("a", { href: records }, visible(mac))),
    h("td", {}, visible(vendor ?? (local ? "(made up)" : ""))),
    h("td", { class: "what" }, listOf(names.map(({ name }) => name))),
    h("td", { class: "what" }, listOf(addresses.map(({ address }) => address))),
    h("td", { class: "number", "data-title": "First seen" }, first.slice(0, 19)),
    h("td", { class: "number", "data-title": "Last seen" }, last.slice(0, 19)),
    h("td", { "data-title": "Sensor" }, visible(client)),
  );
}

/** @param {string[]} texts */
function listOf(texts) {
  const unique = [...new Set(texts)];
  const more = unique.length - SHOWN_NAMES;
  return visible(unique.slice(0, SHOWN_NAMES).join(", ")) + (more > 0 ? `, ${more} more` : "");
}
