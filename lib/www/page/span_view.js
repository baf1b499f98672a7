/** A view of what a span of time holds: its head with what is chosen, and the answer below. */
import { ask } from "./api.js";
import { h } from "./dom.js";
import { sensorChoice } from "./sensor_choice.js";
import { spanChoice } from "./spans.js";

/** @typedef {import("./spans.js").Span} Span */
/** @typedef {{ element: HTMLElement, load: (answer: Promise<any>) => void }} Body As `loading()` gives. */

/**
 * Asks with what is chosen at once, with each choice, and with "Read again".
 *
 * @param {string} title
 * @param {Body} body
 * @param {object} of
 * @param {string} of.path Where it asks; the span is added, and the sensor where one may be chosen.
 * @param {boolean} [of.hasSensors] Whether one may be chosen.
 * @param {HTMLSelectElement} [of.by] A further choice, with its label "by".
 * @param {(span: Span, client: string) => void} of.onAsk Is told what is asked for.
 */
export function spanView(title, body, { path, hasSensors = false, by, onAsk }) {
  const load = () => {
    const { from, to } = choice.span();
    const client = sensor?.value() ?? "";
    onAsk({ from, to }, client);
    const query = new URLSearchParams({
      ...{ from: `${from}`, to: `${to}` },
      ...sensor && { client },
      ...by && { by: by.value },
    });
    body.load(ask(`${path}?${query}`));
  };
  const choice = spanChoice(3600, load);
  const sensor = hasSensors ? sensorChoice("", load) : undefined;
  by?.addEventListener("change", load);
  load();
  const element = h(
    "section",
    { class: "card" },
    h(
      "div",
      { class: "head" },
      h("h1", {}, title),
      choice.element,
      sensor?.element,
      by && h("label", { class: "choice" }, "by ", by),
      again(load),
    ),
    body.element,
  );
  return { element, close: () => {} };
}

/** A button that asks again. @param {() => void} load */
export function again(load) {
  return h("button", { type: "button", class: "quiet", onclick: load }, "Read again");
}
