/** The commands that give the same rows as the page, ready for a shell. */
import { h } from "./dom.js";

const PLAIN = /^[\w@%+=:,./-]+$/;
/** What a terminal might take for more than text when it is pasted. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * A word of a command line that means just that text, whoever has chosen it.
 *
 * @param {string} text
 */
export function shellWord(text) {
  if (PLAIN.test(text)) return text;
  if (!UNFIT.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")
    .replaceAll(new RegExp(UNFIT, "gu"), (character) => {
      return `\\U${character.codePointAt(0)?.toString(16).padStart(8, "0")}`;
    });
  return `$'${escaped}'`;
}

/**
 * A sensor as `-client` takes it, which takes several behind commas, and their folders as well: where a name
 * would be none to it, or several, that of its folder.
 *
 * @param {string} name
 */
export function clientWord(name) {
  if (name !== "" && name === name.trim() && !name.includes(",")) return name;
  const folder = name.replaceAll(/^[.-]|[^\w.-]|\.$/gu, (character) => {
    const bytes = [...new TextEncoder().encode(character)];
    return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  });
  return folder || "%empty";
}

/**
 * A command as a line under what it gives, with a button that copies it.
 *
 * @param {string} program As in `deno task ledger`, which stands as it is.
 * @param {...string} words
 */
export function commandLine(program, ...words) {
  const line = [program, ...words.map(shellWord)].join(" ");
  const code = h("code", {}, line);
  const button = h("button", {
    type: "button",
    class: "quiet",
    "aria-label": `Copy the command ${line}`,
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(line);
      } catch {
        getSelection()?.selectAllChildren(code); // the browser does not let the page
        return;
      }
      button.textContent = "copied";
      setTimeout(() => button.textContent = "copy", 1500);
    },
  }, "copy");
  return h("p", { class: "command" }, code, button);
}
