/** The ledger of all sensors over a span. */
import { commandLine } from "./commands.js";
import { recordPlace } from "./elsewhere.js";
import { h, visible } from "./dom.js";
import { axis, causesTable, lane, legend } from "./lanes.js";
import { loading, problemLines } from "./loading.js";
import { countText } from "./numbers.js";
import { spanView } from "./span_view.js";
import { spanWords } from "./spans.js";
import { state } from "./state.js";

/** @typedef {import("./lanes.js").Cause} Cause */
/** @typedef {{ ledgers: { client: string, hasBooks: boolean, missing: string[], causes: Cause[] }[], left: number, problems: string[] }} Answer */

const SHOWN_CAUSES = 200;
/** A sensor that does not run has nothing to lose. */
const AWAY = "not running";

/**
 * What is to be said of all together.
 *
 * @param {Answer["ledgers"]} ledgers
 */
function sumOf(ledgers) {
  const sensors = ledgers.length === 1 ? "1 sensor" : `${countText(ledgers.length)} sensors`;
  const lost = ledgers.filter(({ missing }) => missing.some((kind) => kind !== AWAY)).length;
  const away = ledgers.filter(({ missing }) => missing.includes(AWAY)).length;
  const untold = ledgers.filter(({ hasBooks }) => !hasBooks).length;
  const said = [
    lost > 0
      ? `Something is missing of ${countText(lost)} of ${sensors}`
      : untold > 0
      ? `Nothing is known to be missing of ${sensors}`
      : `Nothing is missing of what ${sensors} saw`,
    ...away > 0 ? [`${countText(away)} did not run all the time, and saw nothing then`] : [],
    ...untold > 0 ? [`of ${countText(untold)} there are no books`] : [],
  ];
  const look = lost > 0 ? " bad" : said.length > 1 ? "" : " good";
  return h("p", { class: `sum${look}` }, `${said.join("; ")}.`);
}

/** @param {(name: string) => string} linkOf */
export function timelineView(linkOf) {
  const { ledger } = state.about;
  let span = { from: 0, to: 1 };
  const body = loading((/** @type {Answer} */ { ledgers, left, problems }) => {
    if (ledgers.length === 0) {
      return [...problemLines(problems), h("p", { class: "none" }, "No sensor has come yet.")];
    }
    const all = ledgers.flatMap(({ client, causes }) =>
      causes.map((cause) => ({ client, ...cause }))
    );
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
      sumOf(ledgers),
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
      commandLine(ledger, ...recordPlace(), ...spanWords(span)),
    ];
  });
  return spanView("Ledger", body, { path: "/api/ledger", onAsk: (asked) => span = asked });
}
