/** Who may send: letting sensors in, and out. */
import { tell } from "./api.js";
import { commandLine } from "./commands.js";
import { h, setText, visible } from "./dom.js";
import { FIGURES, STATE } from "./figures.js";
import { sourcesOfSensors } from "./sources.js";
import { state } from "./state.js";

const NAMES = new Intl.Collator("en", { numeric: true });

export function accessView() {
  const body = h("tbody");
  const said = h("p", { class: "said", role: "status" });
  const dialog = h("dialog", { "aria-labelledby": "sure" });
  const show = () => {
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
  const confirm = (/** @type {string} */ name) => {
    const revoke = async () => {
      dialog.close();
      try {
        await tell("/api/revoke", { name });
        setText(said, `${visible(name)} may not send any more.`);
      } catch (error) {
        setText(said, error instanceof Error ? error.message : String(error));
      }
    };
    dialog.replaceChildren(
      h("h2", { id: "sure" }, `Revoke ${visible(name)}?`),
      h("p", {}, "No key of that name may send any more; what is stored stays."),
      h(
        "div",
        { class: "head" },
        h("button", { type: "button", onclick: () => dialog.close() }, "Keep"),
        h("button", { type: "button", class: "danger", onclick: revoke }, "Revoke"),
      ),
    );
    dialog.showModal();
  };
  state.addEventListener("all", show);
  state.addEventListener("changes", show);
  show();
  const element = h(
    "div",
    {},
    enrolForm(),
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
      sourcesOfSensors([STATE, FIGURES.key]),
      commandLine(state.about.collector, "-enrolled", "-out", state.about.out),
    ),
    dialog,
  );
  return {
    element,
    close: () => {
      state.removeEventListener("all", show);
      state.removeEventListener("changes", show);
    },
  };
}

/** Makes tokens. */
function enrolForm() {
  const address = state.about.address.replace(/^(0\.0\.0\.0|\[::\]|)(?=:)/, location.hostname);
  const words = field("Name, and options behind it", {
    value: "",
    placeholder: "plant-7 max-rate=100K",
    required: true,
  });
  const at = field("Where it reaches the collector", {
    value: address,
    placeholder: "collector.example:1335",
    required: true,
  });
  const valid = field("For how long the token is good", { value: "1h", required: true });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const made = h("div", { role: "status" });
  const enrol = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setText(wrong, "");
    made.replaceChildren();
    try {
      const { token, expires } = await tell("/api/enrol", {
        words: words.input.value,
        address: at.input.value,
        valid: valid.input.value,
      });
      made.replaceChildren(
        h(
          "p",
          {},
          `Good once, until ${
            expires.slice(0, 19).replace("T", " ")
          } UTC. On the sensor's machine:`,
        ),
        commandLine(state.about.enroll, token),
      );
    } catch (error) {
      setText(wrong, error instanceof Error ? error.message : String(error));
    }
  };
  return h(
    "section",
    { class: "card" },
    h("h1", {}, "Let a sensor in"),
    h(
      "form",
      { class: "fields", onsubmit: enrol },
      ...[words, at, valid].map(({ element }) => element),
      h("button", { type: "submit" }, "Make a token"),
    ),
    wrong,
    made,
  );
}

/** @param {string} title @param {Record<string, string | boolean>} attributes */
function field(title, attributes) {
  const input = h("input", {
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    ...attributes,
  });
  return { input, element: h("label", {}, h("span", {}, title), input) };
}
