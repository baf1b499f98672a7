/** Who may send: letting sensors in, and out. */
import { tell } from "./api.js";
import { commandLine } from "./commands.js";
import { h, setText, visible } from "./dom.js";
import { recordPlace } from "./elsewhere.js";
import { enrolForm } from "./enrol.js";
import { FIGURES, STATE } from "./figures.js";
import { question } from "./question.js";
import { sourcesOfSensors } from "./sources.js";
import { state } from "./state.js";

const NAMES = new Intl.Collator("en", { numeric: true });

/** @param {string} name @param {() => void} onRevoke */
function accessRow(name, onRevoke) {
  const standing = h("td", { "data-title": "State" });
  const key = h("td", { class: "mono", "data-title": "Key" });
  const revoke = h("button", {
    type: "button",
    class: "quiet",
    "aria-label": `Revoke ${visible(name)}`,
    onclick: onRevoke,
  }, "Revoke");
  const head = h("th", { scope: "row" }, visible(name));
  const element = h("tr", {}, head, standing, key, h("td", {}, revoke));
  const show = (/** @type {import("./state.js").Sensor} */ sensor) => {
    setText(standing, sensor.state);
    setText(key, FIGURES.key.text(sensor));
    revoke.disabled = sensor.state === "revoked";
  };
  return { element, show };
}

export function accessView() {
  const { collector, engine } = state.about;
  const body = h("tbody");
  const none = h("p", { class: "none" }, "No sensor has come yet.");
  const said = h("p", { class: "said", role: "status" });
  const dialog = question();
  /** @type {Map<string, ReturnType<typeof accessRow>>} */
  const rows = new Map();
  const show = () => {
    none.hidden = state.sensors.size > 0;
    for (const [name, { element }] of rows) {
      if (state.sensors.has(name)) continue;
      element.remove();
      rows.delete(name);
    }
    const known = [...state.sensors.values()].sort((a, b) => NAMES.compare(a.name, b.name));
    for (const [n, sensor] of known.entries()) {
      const { name } = sensor;
      const row = rows.get(name) ?? accessRow(name, () => confirm(name));
      rows.set(name, row);
      row.show(sensor);
      const there = body.children[n] ?? null;
      if (there !== row.element) body.insertBefore(row.element, there);
    }
  };
  const revoke = async (/** @type {string} */ name) => {
    try {
      await tell("/api/revoke", { name });
      setText(said, `${visible(name)} may not send any more.`);
    } catch (error) {
      setText(said, error instanceof Error ? error.message : String(error));
    }
  };
  const confirm = (/** @type {string} */ name) =>
    dialog.ask({
      title: `Revoke ${visible(name)}?`,
      words: "No key of that name may send any more; what is stored stays.",
      no: "Keep",
      yes: "Revoke",
      onYes: () => revoke(name),
    });
  state.addEventListener("all", show);
  state.addEventListener("changes", show);
  show();
  const element = h(
    "div",
    {},
    enrolForm(dialog),
    h(
      "section",
      { class: "card" },
      h("h2", {}, "Sensors that may send, or did"),
      said,
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "Sensors" },
        h(
          "table",
          { class: "access stacks" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ...["Sensor", "State", "Key"].map((title) => h("th", { scope: "col" }, title)),
              h("th", { scope: "col" }, h("span", { class: "unseen" }, "Revoke")),
            ),
          ),
          body,
        ),
      ),
      none,
      sourcesOfSensors([STATE, FIGURES.key]),
      commandLine(
        ...[collector, "-enrolled", engine === undefined ? "-out" : "-store"],
        ...recordPlace(),
      ),
    ),
    dialog.element,
  );
  return {
    element,
    close: () => {
      state.removeEventListener("all", show);
      state.removeEventListener("changes", show);
    },
  };
}
