/** Pictures, in SVG. */
import { setAttribute, svg } from "./dom.js";

const SPARK = { width: 120, height: 26 };

/** A line of the last rates of a sensor; what it shows stands beside it in numbers. */
export function sparkline() {
  const area = svg("path", { class: "area" });
  const line = svg("path", { class: "line" });
  const { width, height } = SPARK;
  const element = svg(
    "svg",
    {
      class: "spark",
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    area,
    line,
  );
  return { element, show: (/** @type {number[]} */ values) => draw(line, area, values, SPARK) };
}

const CHART = { width: 600, height: 90 };

/** The same, wide. @param {string} label What it shows. */
export function areaChart(label) {
  const area = svg("path", { class: "area" });
  const line = svg("path", { class: "line" });
  const { width, height } = CHART;
  const element = svg(
    "svg",
    {
      class: "chart",
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": label,
    },
    area,
    line,
  );
  return { element, show: (/** @type {number[]} */ values) => draw(line, area, values, CHART) };
}

/** How many points there are at most; and how many fill the width at least. */
const POINTS = { most: 120, least: 15 };

/**
 * @param {Element} line
 * @param {Element} area
 * @param {number[]} values The newest last, at the right.
 * @param {{ width: number, height: number }} size
 */
function draw(line, area, values, { width, height }) {
  const shown = values.slice(-POINTS.most);
  if (shown.length < 2) return;
  const most = Math.max(...shown, 1e-9);
  const step = width / (Math.max(shown.length, POINTS.least) - 1);
  const x = (/** @type {number} */ n) => width - (shown.length - 1 - n) * step;
  const y = (/** @type {number} */ value) => height - 1.5 - value / most * (height - 4);
  const points = shown.map((value, n) => `${x(n).toFixed(1)} ${y(value).toFixed(1)}`);
  setAttribute(line, "d", `M${points.join("L")}`);
  setAttribute(area, "d", `M${x(0).toFixed(1)} ${height}L${points.join("L")}L${width} ${height}Z`);
}
