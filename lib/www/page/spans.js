/** Spans of time that views look at. */
import { clientWord } from "./commands.js";
import { h } from "./dom.js";
import { state } from "./state.js";

/** @typedef {{ from: number, to: number }} Span Seconds since 1970. */

const SPANS = [
  { title: "15 minutes", seconds: 900 },
  { title: "hour", seconds: 3600 },
  { title: "6 hours", seconds: 6 * 3600 },
  { title: "day", seconds: 86_400 },
  { title: "week", seconds: 7 * 86_400 },
  { title: "month", seconds: 31 * 86_400 },
];
/** Times are whole tens of seconds: who asks in the same moment asks the same. */
const STEP = 10;

/**
 * A choice of spans, up to now or up to a time that is chosen.
 *
 * @param {number} seconds What is chosen to begin with.
 * @param {() => void} onChange
 */
export function spanChoice(seconds, onChange) {
  const select = h(
    "select",
    { onchange: onChange },
    ...SPANS.map((span) =>
      h("option", { value: span.seconds, selected: span.seconds === seconds }, span.title)
    ),
  );
  const end = h("input", { type: "datetime-local", step: 1, onchange: onChange });
  const element = h(
    "span",
    { class: "span" },
    h("label", { class: "choice" }, "The last ", select),
    h("label", { class: "choice" }, "up to (UTC) ", end),
  );
  const span = () => {
    const ms = end.value === "" ? state.at : Date.parse(`${end.value}Z`);
    const to = Math.ceil(ms / 1000 / STEP) * STEP;
    return { from: to - Number(select.value), to };
  };
  /** Chooses an end. @param {number} ms Since 1970. */
  const endAt = (ms) => {
    end.value = commandTime(Math.ceil(ms / 1000 / STEP) * STEP).slice(0, -1);
    onChange();
  };
  return { element, span, endAt };
}

/** A time as commands take it. @param {number} seconds */
export function commandTime(seconds) {
  return new Date(seconds * 1000).toISOString().replace(".000", "");
}

/** What a command is asked for a span, and for one sensor or all. @param {Span} span @param {string} [client] */
export function spanWords({ from, to }, client = "") {
  const words = ["-from", commandTime(from), "-to", commandTime(to)];
  return client === "" ? words : [...words, "-client", clientWord(client)];
}
