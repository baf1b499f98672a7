/** Where records are: in files, or in streams of an engine, of which the page reads the ledger alone. */
import { commandLine } from "./commands.js";
import { h } from "./dom.js";
import { state } from "./state.js";

/** The same as commands take it: a folder, or where the streams are and who connects there. */
export function recordPlace() {
  const { engine, engineFlags = [], out } = state.about;
  return engine === undefined ? [out] : [engine, ...engineFlags];
}

/**
 * A view that has nothing to show, since records are in streams.
 *
 * @param {string} title
 * @param {string} program What prints the same of streams.
 * @param {readonly string[]} words What it is told besides these.
 */
export function elsewhereView(title, program, words) {
  const text =
    `This collector keeps records in streams at ${state.about.engine}, and this view is ` +
    "read of files alone. Of streams a command tells it:";
  const element = h(
    "section",
    { class: "card" },
    h("h1", {}, title),
    h("p", { class: "none" }, text),
    commandLine(program, ...recordPlace(), ...words),
  );
  return { element, close: () => {} };
}
