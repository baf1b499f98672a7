/** Where the numbers of a group are from, and the command that prints them. */
import { commandLine, shellWord } from "./commands.js";
import { h } from "./dom.js";
import { state } from "./state.js";

/**
 * Where a number is from.
 *
 * @typedef {object} Source
 * @property {string} title
 * @property {readonly string[]} metrics
 * @property {boolean} [isRate] Whether it is how fast these rise.
 * @property {boolean} [isText] Whether it is no sum of these.
 */

/** Of the whole: what metrics have of several sensors or types is added up. @param {readonly Source[]} sources */
export function sourcesOfWhole(sources) {
  const names = new Set(sources.flatMap(({ metrics }) => metrics));
  const wanted = [...names].map((name) => name.replace(/^farcap_/, "")).join("|");
  const add = `{ sub(/{.*/, "", $1); sum[$1] += $NF }`;
  const print = `END { for (name in sum) printf "%s %.0f\\n", name, sum[name] }`;
  return linesOf(sources, `awk '/^farcap_(${wanted})[{ ]/ ${add} ${print}'`);
}

/** Of each sensor, or of one only. @param {readonly Source[]} sources @param {string} [client] */
export function sourcesOfSensors(sources, client) {
  return linesOf(
    sources,
    client === undefined ? "grep '^farcap_sensor_'" : `grep -F ${shellWord(labelOf(client))}`,
  );
}

/** As it stands in the metrics. @param {string} client */
function labelOf(client) {
  const escaped = client.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
  return `client="${escaped}"`;
}

/**
 * A line that can be opened.
 *
 * @param {readonly Source[]} sources
 * @param {string} filter What is to be made of all metrics, as a shell takes it.
 */
function linesOf(sources, filter) {
  const token = `sed 's/^/Authorization: Bearer /' ${shellWord(state.about.tokenFile)}`;
  const metrics = `curl -sS -H @- ${shellWord(`${location.origin}/metrics`)}`;
  return h(
    "details",
    { class: "sources" },
    h("summary", {}, "Where these numbers are from"),
    h(
      "dl",
      {},
      ...sources.flatMap(({ title, metrics, isRate = false, isText = false }) => {
        const how = isRate
          ? "how fast it rises: "
          : !isText && metrics.length > 1
          ? "the sum of "
          : "";
        return [h("dt", {}, title), h("dd", {}, how, h("code", {}, metrics.join(", ")))];
      }),
    ),
    commandLine(`${token} | ${metrics} | ${filter}`),
  );
}
