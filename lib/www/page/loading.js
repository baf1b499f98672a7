/** What is asked for once in a while, and what is shown meanwhile. */
import { NotKnown } from "./api.js";
import { h, visible } from "./dom.js";
import { state } from "./state.js";

/**
 * Asks, and shows what comes, or why nothing does; of several that are under way the last counts.
 *
 * @template Answer
 * @param {(answer: Answer) => Node[]} show
 */
export function loading(show) {
  const element = h("div", { class: "loading", "aria-live": "polite", "aria-busy": "false" });
  let turn = 0;
  /** @param {Promise<Answer>} answer */
  const load = async (answer) => {
    const mine = ++turn;
    element.setAttribute("aria-busy", "true");
    if (!element.hasChildNodes()) element.append(h("p", { class: "none" }, "Reading …"));
    /** @type {Node[]} */
    let shown;
    try {
      shown = show(await answer);
    } catch (error) {
      if (error instanceof NotKnown) state.dispatchEvent(new Event("unknown"));
      shown = [h("p", { class: "wrong" }, error instanceof Error ? error.message : String(error))];
    }
    if (mine !== turn) return;
    element.setAttribute("aria-busy", "false");
    element.replaceChildren(...shown);
  };
  return { element, load };
}

/** What could not be read, a line each. @param {readonly string[]} problems */
export function problemLines(problems) {
  return problems.map((line) => h("p", { class: "wrong" }, visible(line)));
}
