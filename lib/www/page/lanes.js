/** The ledger as lanes: when a sensor was blind, or lost something, and why. */
import { h, svg, visible } from "./dom.js";
import { countText, timeText } from "./numbers.js";
import { state } from "./state.js";

/**
 * @typedef {object} Cause
 * @property {string} kind
 * @property {number} from Ms since 1970.
 * @property {number} to
 * @property {number} count
 * @property {string} what
 * @property {boolean} isMissing
 */

const WIDTH = 1000;
const HEIGHT = 22;
/** What is shorter is seen all the same. */
const LEAST = 5;

/** What causes look like, and what that is called; those further down are drawn below the others. */
export const LOOKS = [
  { look: "blind", title: "saw nothing", kinds: ["not running", "interrupted"] },
  {
    look: "lost",
    title: "lost something",
    kinds: [
      ...["dropped by the kernel", "dropped by the interface", "evicted", "too large"],
      ...["refused", "no room", "lost", "unknown"],
    ],
  },
  { look: "noted", title: "an alarm, or an act", kinds: [] },
  { look: "untold", title: "nothing is known", kinds: ["no books"] },
];

/** @param {Cause} cause */
function lookOf({ kind }) {
  return LOOKS.find(({ kinds }) => kinds.includes(kind))?.look ?? "noted";
}

/**
 * A lane of one sensor.
 *
 * @param {readonly Cause[]} causes
 * @param {{ from: number, to: number }} span Seconds since 1970.
 */
export function lane(causes, { from, to }) {
  const x = (/** @type {number} */ ms) => {
    const part = (ms / 1000 - from) / (to - from);
    return Math.min(1, Math.max(0, part)) * WIDTH;
  };
  let blindTo = 0;
  /** What was seen between two times of blindness is to be seen here, too. */
  const beginOf = (
    /** @type {string} */ look,
    /** @type {number} */ begin,
    /** @type {number} */ end,
  ) => {
    if (look !== "blind" && look !== "untold") return begin;
    const gap = begin - blindTo;
    const shown = blindTo > 0 && gap > 0 && gap < LEAST ? blindTo + LEAST : begin;
    blindTo = end;
    return Math.min(shown, end);
  };
  const rank = LOOKS.map(({ look }) => look);
  const sorted = causes.toSorted((a, b) => rank.indexOf(lookOf(b)) - rank.indexOf(lookOf(a)));
  return svg(
    "svg",
    {
      class: "lane",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    svg("rect", { class: "whole", width: x(state.at), height: HEIGHT }), // nothing is there of what is to come
    ...sorted.map((cause) => {
      const look = lookOf(cause);
      const end = x(cause.to);
      const begin = beginOf(look, x(cause.from), end);
      const isNoted = look === "noted";
      return svg("rect", {
        class: look,
        x: Math.min(begin, WIDTH - LEAST),
        y: isNoted ? HEIGHT - 7 : 0,
        width: Math.max(LEAST, end - begin),
        height: isNoted ? 7 : HEIGHT,
      }, svg("title", {}, `${timeText(new Date(cause.from))}: ${causeText(cause)}`));
    }),
  );
}

/** Times below lanes. @param {{ from: number, to: number }} span */
export function axis({ from, to }) {
  const isLong = to - from > 86_400;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const text = timeText(new Date((from + part * (to - from)) * 1000));
    return h("span", {}, isLong ? text.slice(5, 16) : text.slice(11, 16));
  });
  return h("div", { class: "axis", "aria-hidden": "true" }, ...ticks);
}

/** What the looks mean. */
export function legend() {
  const all = [{ look: "whole", title: "all there" }, ...LOOKS];
  return h(
    "ul",
    { class: "legend" },
    ...all.map(({ look, title }) => h("li", {}, h("i", { class: look }), title)),
  );
}

/** @param {Cause} cause */
export function causeText({ count, what }) {
  return visible(count > 0 ? `${countText(count)} ${what}` : what);
}

/**
 * Causes as rows, the newest first.
 *
 * @param {readonly (Cause & { client: string })[]} causes
 * @param {(name: string) => string} [linkOf] Where the page of a sensor is; without, they are of one.
 */
export function causesTable(causes, linkOf) {
  const sorted = causes.toSorted((a, b) => b.to - a.to);
  const time = (/** @type {string} */ title, /** @type {number} */ ms) =>
    h("td", { class: "number", "data-title": title }, timeText(new Date(ms)));
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": "What happened" },
    h(
      "table",
      { class: "causes stacks" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["From", "To"].map((title) => h("th", { scope: "col", class: "number" }, title)),
          linkOf && h("th", { scope: "col" }, "Sensor"),
          h("th", { scope: "col" }, "What"),
        ),
      ),
      h(
        "tbody",
        {},
        ...sorted.map((cause) =>
          h(
            "tr",
            { class: lookOf(cause) },
            time("From", cause.from),
            time("To", cause.to),
            linkOf && h("td", {}, h("a", { href: linkOf(cause.client) }, visible(cause.client))),
            h("td", { class: "what" }, causeText(cause)),
          )
        ),
      ),
    ),
  );
}
