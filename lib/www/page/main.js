/** Which view is shown, and the frame around it. */
import { ask, tell } from "./api.js";
import { h, setText } from "./dom.js";
import { enterView } from "./enter.js";
import { overviewView } from "./overview.js";
import { state } from "./state.js";

/** @typedef {{ element: HTMLElement, close: () => void }} View */

/** The views by what stands behind `#/`, with what they are called. */
const VIEWS = [
  { path: "", title: "Sensors", make: () => overviewView(sensorLink) },
];
const THEMES = ["auto", "dark", "light"];

/** @param {string} name */
function sensorLink(name) {
  return `#/sensor/${encodeURIComponent(name)}`;
}

const content = byId("content");
const leave = byId("leave");
/** @type {View | undefined} */
let shown;

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** Shows the view that the address names. */
function show() {
  const path = location.hash.slice(2);
  const view = VIEWS.find((each) => each.path === path) ?? VIEWS[0];
  shown?.close();
  shown = view?.make();
  content.replaceChildren(...shown ? [shown.element] : []);
  document.title = `${view?.title} · Farcap`;
  for (const link of byId("pages").children) {
    if (link.getAttribute("href") === `#/${view?.path}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Asks for the token. */
function askForToken() {
  state.stop();
  shown?.close();
  shown = undefined;
  leave.hidden = true;
  byId("pages").replaceChildren();
  setText(byId("link"), "");
  const view = enterView(begin);
  content.replaceChildren(view.element);
  document.title = "Farcap";
  view.focus();
}

/** Shows what there is, or asks for the token. */
async function begin() {
  const about = await ask("/api/about");
  if (about.out === undefined) return askForToken();
  state.about = about;
  leave.hidden = false;
  byId("pages").replaceChildren(
    ...VIEWS.map(({ path, title }) => h("a", { href: `#/${path}` }, title)),
  );
  setText(byId("link"), "connecting");
  state.listen();
  show();
}

function showLink() {
  setText(byId("link"), state.isLive ? "live" : "no answer, trying again");
  byId("link").dataset.look = state.isLive ? "good" : "bad";
}

/** @param {string} theme */
function setTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  setText(byId("theme"), `Theme: ${theme}`);
  localStorage.setItem("theme", theme);
}

byId("theme").addEventListener("click", () => {
  const at = THEMES.indexOf(localStorage.getItem("theme") ?? "auto");
  setTheme(THEMES[(at + 1) % THEMES.length] ?? "auto");
});
leave.addEventListener("click", async () => {
  await tell("/api/leave");
  askForToken();
});
globalThis.addEventListener("hashchange", () => {
  if (leave.hidden) return;
  show();
  content.focus();
});
state.addEventListener("link", showLink);
state.addEventListener("unknown", askForToken);
setTheme(localStorage.getItem("theme") ?? "auto");
await begin();
