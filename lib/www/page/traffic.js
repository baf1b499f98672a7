/** Who speaks with whom, how much, and by what: from Connection records of a span. */
import { commandLine } from "./commands.js";
import { h, visible } from "./dom.js";
import { loading, problemLines } from "./loading.js";
import { bytesText, countedText, countText } from "./numbers.js";
import { nothingThen, spanView } from "./span_view.js";
import { spanWords } from "./spans.js";
import { state } from "./state.js";

/** @typedef {{ rankings: Record<string, [string, number][]>, records: number, isCut: boolean, problems: string[], newest?: number }} Answer */

const RANKINGS = [
  { name: "clients", title: "Who begins", fields: "SrcIP", isHost: true },
  { name: "servers", title: "Who is asked", fields: "DstIP", isHost: true },
  { name: "services", title: "Services", fields: "TransportProto,DstPort", isHost: false },
  { name: "protocols", title: "Protocols", fields: "ApplicationProto", isHost: false },
];

export function trafficView() {
  const { dump, out } = state.about;
  /** @type {string[]} */
  let words = [];
  /** @type {import("./span_view.js").EndAt} */
  let endAt = () => {};
  const body = loading((/** @type {Answer} */ { rankings, records, isCut, problems, newest }) => [
    ...problemLines(problems),
    ...records === 0
      ? [
        nothingThen("No Connection record is of that time", newest, endAt),
        h(
          "p",
          { class: "none" },
          "Sensors write one when a connection ends, and every five minutes.",
        ),
      ]
      : [
        h(
          "p",
          { class: "none" },
          `${countedText(records, "record")} looked at${
            isCut ? ": not all, there are too many" : ""
          }.`,
        ),
        commandLine(dump, out, "-type", "Connection", ...words, "-count"),
        h(
          "div",
          { class: "rankings" },
          ...RANKINGS.map((ranking) => rankingOf(ranking, rankings[ranking.name] ?? [], words)),
        ),
      ],
  ]);
  const by = h(
    "select",
    {},
    h("option", { value: "bytes" }, "bytes"),
    h("option", { value: "connections" }, "connections"),
  );
  /** @param {(typeof RANKINGS)[number]} ranking @param {[string, number][]} rows @param {string[]} asked */
  function rankingOf({ title, fields, isHost }, rows, asked) {
    const most = rows[0]?.[1] ?? 1;
    const isBytes = by.value === "bytes";
    const sum = isBytes ? ["-sum", "TotalSize"] : [];
    return h(
      "section",
      {},
      h("h2", {}, title),
      h(
        "ol",
        { class: "bars" },
        ...rows.map(([value, count]) => {
          const bar = h("meter", { max: most || 1, value: count, "aria-hidden": "true" });
          const text = visible(value.trim() || "unknown");
          const records = `#/records?${new URLSearchParams({ address: value })}`;
          return h(
            "li",
            {},
            h("span", { class: "what" }, isHost ? h("a", { href: records }, text) : text),
            h("span", { class: "number" }, isBytes ? bytesText(count) : countText(count)),
            bar,
          );
        }),
      ),
      commandLine(
        dump,
        out,
        "-type",
        "Connection",
        ...asked,
        "-count",
        "-by",
        fields,
        ...sum,
        "-limit",
        "10",
      ),
    );
  }
  return spanView("Traffic", body, {
    ...{ path: "/api/traffic", hasSensors: true, by },
    onAsk: (span, client, ending) => {
      words = spanWords(span, client);
      endAt = ending;
    },
  });
}
