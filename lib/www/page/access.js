/** Who may send: letting sensors in, and out. */
import { tell } from "./api.js";
import { commandLine } from "./commands.js";
import { h, setText, visible } from "./dom.js";
import { enrolForm } from "./enrol.js";
import { FIGURES, STATE } from "./figures.js";
import { question } from "./question.js";
import { sourcesOfSensors } from "./sources.js";
import { state } from "./state.js";

const NAMES = new Intl.Collator("en", { numeric: true });

export function accessView() {
  const { collector, engine, out } = state.about;
  const body = h("tbody");
  const none = h("p", { class: "none" }, "No sensor has come yet.");
  const said = h("p", { class: "said", role: "status" });
  const dialog = question();
  const show = () => {
    none.hidden = state.sensors.size > 0;
    const known = [...state.sensors.values()].sort((a, b) => NAMES.compare(a.name, b.name));
    const shown = known.map(({ name, key, state }) => `${name} ${key} ${state}`).join("\n");
    if (body.dataset.shown === shown) return;
    body.dataset.shown = shown;
    body.replaceChildren(...known.map(({ name, key, state }) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, visible(name)),
        h("td", { "data-title": "State" }, state),
        h("td", { class: "mono", "data-title": "Key" }, key ?? "–"),
        h(
          "td",
          {},
          h("button", {
            type: "button",
            class: "quiet",
            disabled: state === "revoked",
            "aria-label": `Revoke ${visible(name)}`,
            onclick: () => confirm(name),
          }, "Revoke"),
        ),
      )
    ));
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
        collector,
        "-enrolled",
        ...engine === undefined ? ["-out", out] : ["-store", engine],
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
