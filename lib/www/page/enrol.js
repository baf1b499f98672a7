/** Tokens for sensors. */
import { tell } from "./api.js";
import { commandLine } from "./commands.js";
import { h, setText } from "./dom.js";
import { countText } from "./numbers.js";
import { state } from "./state.js";

/** @param {ReturnType<typeof import("./question.js").question>} dialog */
export function enrolForm(dialog) {
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
  const note = h(
    "p",
    { class: "none", hidden: !state.isOpen },
    "So far every key may send, under any name. The first token ends that.",
  );
  const enrol = async () => {
    setText(wrong, "");
    made.replaceChildren();
    try {
      const { token, expires } = await tell("/api/enrol", {
        words: words.input.value,
        address: at.input.value,
        valid: valid.input.value,
      });
      note.hidden = true;
      made.replaceChildren(
        h(
          "p",
          {},
          `Good once, until ${
            expires.slice(0, 19).replace("T", " ")
          } UTC. On the sensor's machine:`,
        ),
        commandLine(state.about.enroll, token, "-out", "keys"),
      );
    } catch (error) {
      setText(wrong, error instanceof Error ? error.message : String(error));
    }
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!state.isOpen) return enrol();
    const connected = countText(state.totals.farcap_sensors ?? 0);
    dialog.ask({
      title: "Shut out all others?",
      words:
        `So far every key may send, under any name. From the first token on only sensors that ` +
        `are enrolled or listed may: of those that are connected now, ${connected}, all others are refused.`,
      no: "Leave it open",
      yes: "Make the token",
      onYes: enrol,
    });
  };
  return h(
    "section",
    { class: "card" },
    h("h1", {}, "Let a sensor in"),
    note,
    h(
      "form",
      { class: "fields", onsubmit: submit },
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
