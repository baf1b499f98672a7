/** What is shown where records are in streams of an engine, of which the page reads the ledger alone. */
import { commandLine } from "./commands.js";
import { h } from "./dom.js";
import { state } from "./state.js";

/** Says so, and how the same is had. @param {string} command What reads a folder. */
function elsewhere(command) {
  const { collector, engine = "" } = state.about;
  return h(
    "div",
    { class: "none" },
    h(
      "p",
      {},
      `This collector keeps records in streams at ${engine}, not in files: this is read of files alone. `,
      "Another collector makes files of the streams, which the second command reads:",
    ),
    commandLine(collector, "-from", engine, "-out", FOLDER),
    commandLine(command, FOLDER),
  );
}

const FOLDER = "FOLDER";

/** Where the records are that commands read. */
export function recordFolder() {
  const { engine, out } = state.about;
  return engine === undefined ? out : FOLDER;
}

/** Where the books are that commands read. */
export function bookPlace() {
  const { engine, out } = state.about;
  return engine ?? out;
}

/**
 * A view that has nothing else to show.
 *
 * @param {string} title
 * @param {string} command
 */
export function elsewhereView(title, command) {
  const element = h("section", { class: "card" }, h("h1", {}, title), elsewhere(command));
  return { element, close: () => {} };
}
