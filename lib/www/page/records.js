/** The newest records, as they are stored. */
import { isAddress, whereOf } from "./addresses.js";
import { clientWord, commandLine } from "./commands.js";
import { h, setText, visible } from "./dom.js";
import { recordPlace } from "./elsewhere.js";
import { countedText, countText } from "./numbers.js";
import { sensorChoice } from "./sensor_choice.js";
import { state } from "./state.js";

const SHOWN = 100;
/** What stands elsewhere in a row, or in front of the others. */
const FIRST = ["SrcIP", "SrcPort", "DstIP", "DstPort"];
const ELSEWHERE = [
  "type",
  "client",
  "Checksum",
  "Timestamp",
  "TimestampFirst",
  "TimestampLast",
  ...FIRST,
];
const MAX_SUMMARY = 220;

/** @param {URLSearchParams} asked What is chosen to begin with. */
export function recordsView(asked) {
  const { dump, types } = state.about;
  const names = Object.keys(types).sort();
  const type = h(
    "select",
    {},
    h("option", { value: "" }, "all types"),
    ...names.map((name) =>
      h("option", { value: name, selected: name === asked.get("type") }, name)
    ),
  );
  const address = h("input", {
    type: "text",
    value: asked.get("address") ?? "",
    placeholder: "10.0.0.0/8, 2001:db8::1, 00:00:5e:00:53:01",
    spellcheck: "false",
    autocomplete: "off",
  });
  const sensor = sensorChoice(asked.get("client") ?? "", () => listen());
  const wrong = h("p", { class: "wrong", role: "alert" });
  const note = h("p", { class: "none" }, "Waiting for records …");
  const command = h("div");
  const body = h("tbody");
  let isPaused = false;
  let left = 0;
  let seen = 0;
  const pause = h("button", {
    type: "button",
    class: "quiet",
    "aria-pressed": "false",
    onclick: () => {
      isPaused = !isPaused;
      pause.setAttribute("aria-pressed", String(isPaused));
      setText(pause, isPaused ? "Go on" : "Pause");
    },
  }, "Pause");

  const listen = () => {
    const choice = { client: sensor.value(), type: type.value, address: address.value.trim() };
    if (choice.address !== "" && !isAddress(choice.address)) {
      setText(wrong, "That is no address: wanted one of IP or hardware, or a network");
      return;
    }
    setText(wrong, "");
    body.replaceChildren();
    left = seen = 0;
    const where = whereOf(choice, types);
    command.replaceChildren(commandLine(
      ...[dump, ...recordPlace(), "-follow", "-tail", "20"],
      ...choice.type === "" ? [] : ["-type", choice.type],
      ...choice.client === "" ? [] : ["-client", clientWord(choice.client)],
      ...where === "" ? [] : ["-where", where],
    ));
    state.listen(choice);
  };
  const onRecords = (/** @type {Event} */ event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    left += detail.left;
    seen += detail.records.length;
    if (!isPaused) {
      body.prepend(...detail.records.toReversed().map(recordRow));
      while (body.children.length > SHOWN) body.lastElementChild?.remove();
    }
    const more = left > 0 ? `; ${countText(left)} more came than are shown live` : "";
    setText(note, `${countedText(seen, "record")}${more}.`);
  };
  state.addEventListener("records", onRecords);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    listen();
  };
  type.addEventListener("change", listen);
  listen();
  const element = h(
    "section",
    { class: "card" },
    h(
      "form",
      { class: "head", onsubmit: submit },
      h("h1", {}, "Records"),
      h("label", { class: "choice" }, "Type ", type),
      sensor.element,
      h("label", { class: "choice wide" }, "Address ", address),
      h("button", { type: "submit" }, "Filter"),
      pause,
    ),
    wrong,
    note,
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Newest records" },
      h(
        "table",
        { class: "records stacks" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...["Time", "Sensor", "Type", "What"].map((title) => h("th", { scope: "col" }, title)),
          ),
        ),
        body,
      ),
    ),
    command,
  );
  return {
    element,
    close: () => {
      state.removeEventListener("records", onRecords);
      state.listen();
    },
  };
}

/** @param {Record<string, any>} record As dumps print it as JSON. */
function recordRow(record) {
  const { type, client, tooLong } = record;
  const time = record.Timestamp ?? record.TimestampFirst ?? "";
  const text = tooLong ? `a record of ${countText(tooLong)} characters` : summaryOf(record);
  const details = h(
    "details",
    {},
    h("summary", {}, visible(text)),
    h(
      "pre",
      { tabindex: 0 },
      JSON.stringify(record, undefined, 1).split("\n").map(visible).join("\n"),
    ),
  );
  return h(
    "tr",
    {},
    h("td", { class: "number", title: `${time} UTC` }, visible(String(time).slice(11))),
    h("td", {}, visible(client ?? "")),
    h("td", {}, h("span", { class: "badge" }, visible(type))),
    h("td", { class: "what" }, details),
  );
}

/** @param {Record<string, any>} record */
function summaryOf(record) {
  const { SrcIP, SrcPort, DstIP, DstPort } = record;
  const at = (/** @type {unknown} */ ip, /** @type {unknown} */ port) =>
    port === undefined || port === ""
      ? `${ip}`
      : String(ip).includes(":")
      ? `[${ip}]:${port}`
      : `${ip}:${port}`;
  const ends = SrcIP === undefined ? [] : [`${at(SrcIP, SrcPort)} → ${at(DstIP, DstPort)}`];
  const rest = Object.entries(record).filter(([name]) =>
    !ELSEWHERE.includes(name) || (SrcIP === undefined && FIRST.includes(name))
  ).map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`);
  return [...ends, ...rest].join("  ").slice(0, MAX_SUMMARY);
}
