import { h } from "./dom.js";

/**
 * A question before something is done that others feel.
 *
 * @typedef {object} Asked
 * @property {string} title
 * @property {string} words What comes of it.
 * @property {string} no The button that does nothing.
 * @property {string} yes
 * @property {() => void} onYes
 */

/** A dialog that asks. */
export function question() {
  const element = h("dialog", { "aria-labelledby": "sure" });
  const ask = (/** @type {Asked} */ { title, words, no, yes, onYes }) => {
    const go = () => {
      element.close();
      onYes();
    };
    element.replaceChildren(
      h("h2", { id: "sure" }, title),
      h("p", {}, words),
      h(
        "div",
        { class: "head" },
        h("button", { type: "button", onclick: () => element.close() }, no),
        h("button", { type: "button", class: "danger", onclick: go }, yes),
      ),
    );
    element.showModal();
  };
  return { element, ask };
}
