/** The ledger of all sensors over a span. */
import { commandLine } from "./commands.js";
import { h, visible } from "./dom.js";
import { axis, causesTable, isLoss, lane, legend } from "./lanes.js";
import { loading, problemLines } from "./loading.js";
import { countText } from "./numbers.js";
import { spanView } from "./span_view.js";
import { spanWords } from "./spans.js";
import { state } from "./state.js";

/** @typedef {import("./lanes.js").Cause} Cause */
/** @typedef {{ ledgers: { client: string, causes: Cause[] }[], left: number, problems: string[] }} Answer */

const SHOWN_CAUSES = 200;

/**
 * @param {Answer["ledgers"]} ledgers
 * @param {readonly { client: string }[]} lost
 * @param {readonly { client: string }[]} away
 */
function sumText(ledgers, lost, away) {
  const all = ledgers.length === 1 ? "1 sensor" : `${countText(ledgers.length)} sensors`;
  const of = (/** @type {readonly { client: string }[]} */ causes) =>
    countText(new Set(causes.map(({ client }) => client)).size);
  const blind = `${of(away)} did not run all the time, and saw nothing then.`;
  if (lost.length > 0) {
    return `Something is missing of ${of(lost)} of ${all}${away.length > 0 ? `; ${blind}` : "."}`;
  }
  return away.length > 0
    ? `Of what ${all} saw nothing is missing; ${blind}`
    : `Nothing is missing of ${all}.`;
}

/** @param {(name: string) => string} linkOf */
export function timelineView(linkOf) {
  const { ledger, out } = state.about;
  let span = { from: 0, to: 1 };
  const body = loading((/** @type {Answer} */ { ledgers, left, problems }) => {
    const all = ledgers.flatMap(({ client, causes }) =>
      causes.map((cause) => ({ client, ...cause }))
    );
    const lost = all.filter(isLoss);
    const away = all.filter(({ kind }) => kind === "not running");
    const shown = all.toSorted((a, b) => b.to - a.to).slice(0, SHOWN_CAUSES);
    const hidden = left + all.length - shown.length;
    const lanes = ledgers.map(({ client, causes }) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, h("a", { href: linkOf(client) }, visible(client))),
        h("td", { class: "lanes" }, lane(causes, span)),
        h("td", { class: "number" }, causes.length === 0 ? "whole" : countText(causes.length)),
      )
    );
    return [
      h(
        "p",
        { class: lost.length > 0 ? "sum bad" : away.length > 0 ? "sum" : "sum good" },
        sumText(ledgers, lost, away),
      ),
      ...problemLines(problems),
      h(
        "table",
        { class: "timeline" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Sensor"),
            h("th", { scope: "col" }, axis(span), h("span", { class: "unseen" }, "Time, UTC")),
            h("th", { scope: "col", class: "number" }, "Entries"),
          ),
        ),
        h("tbody", {}, ...lanes),
      ),
      legend(),
      ...shown.length > 0 ? [causesTable(shown, linkOf)] : [],
      ...hidden > 0 ? [h("p", { class: "none" }, `${countText(hidden)} more are not shown.`)] : [],
      commandLine(ledger, out, ...spanWords(span)),
    ];
  });
  return spanView("Ledger", body, { path: "/api/ledger", onAsk: (asked) => span = asked });
}
