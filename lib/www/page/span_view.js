/** A view of what a span of time holds: its head with what is chosen, and the answer below. */
import { ask } from "./api.js";
import { h } from "./dom.js";
import { timeText } from "./numbers.js";
import { sensorChoice } from "./sensor_choice.js";
import { spanChoice } from "./spans.js";

/** @typedef {import("./spans.js").Span} Span */
/** @typedef {{ element: HTMLElement, load: (answer: Promise<any>) => void }} Body As `loading()` gives. */
/** @typedef {(ms: number) => void} EndAt Asks for the span that ends at a time, ms since 1970. */

/**
 * Asks with what is chosen at once, with each choice, and with "Read again".
 *
 * @param {string} title
 * @param {Body} body
 * @param {object} of
 * @param {string} of.path Where it asks; the span is added, and the sensor where one may be chosen.
 * @param {boolean} [of.hasSensors] Whether one may be chosen.
 * @param {HTMLSelectElement} [of.by] A further choice, with its label "by".
 * @param {(span: Span, client: string, endAt: EndAt) => void} of.onAsk Is told what is asked for.
 */
export function spanView(title, body, { path, hasSensors = false, by, onAsk }) {
  const load = () => {
    const { from, to } = choice.span();
    const client = sensor?.value() ?? "";
    onAsk({ from, to }, client, choice.endAt);
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

/**
 * Says that there is nothing of a span, and where there is something.
 *
 * @param {string} nothing What there is not.
 * @param {number | undefined} newest When the newest is of, ms since 1970; undefined where there is none.
 * @param {EndAt} endAt
 */
export function nothingThen(nothing, newest, endAt) {
  if (newest === undefined) return h("p", { class: "none" }, `${nothing}, nor of any other.`);
  const time = `${timeText(new Date(newest))} UTC`;
  const show = () => endAt(newest + 1000);
  return h(
    "p",
    { class: "none" },
    `${nothing}; the newest is of ${time}. `,
    h("button", { type: "button", class: "quiet", onclick: show }, "Show that time"),
  );
}
