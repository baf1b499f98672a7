/** Where somebody types the token. */
import { tell } from "./api.js";
import { h } from "./dom.js";

/** @param {() => void} onEntered */
export function enterView(onEntered) {
  const token = h("input", {
    id: "token",
    type: "password",
    autocomplete: "current-password",
    required: true,
    spellcheck: "false",
  });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const enter = async (/** @type {Event} */ event) => {
    event.preventDefault();
    wrong.textContent = "";
    try {
      await tell("/api/enter", { token: token.value });
      onEntered();
    } catch (error) {
      wrong.textContent = error instanceof Error ? error.message : String(error);
      token.select();
    }
  };
  const form = h(
    "form",
    { class: "card enter", onsubmit: enter },
    h("h1", {}, "Who is there?"),
    h(
      "p",
      {},
      "The token is in the file that the collector has named in its first lines: ",
      h("code", {}, ".www-token"),
      " in the folder of its records, unless it was told another.",
    ),
    h("label", { for: "token" }, "Token"),
    token,
    wrong,
    h("button", { type: "submit" }, "Enter"),
  );
  return { element: form, focus: () => token.focus() };
}
