/** Which view is shown, and the frame around it. */
import { accessView } from "./access.js";
import { ask, NotKnown, tell } from "./api.js";
import { devicesView } from "./devices.js";
import { h, setText, visible } from "./dom.js";
import { elsewhereView } from "./elsewhere.js";
import { enterView } from "./enter.js";
import { overviewView } from "./overview.js";
import { recordsView } from "./records.js";
import { sensorView } from "./sensor.js";
import { state } from "./state.js";
import { timelineView } from "./timeline.js";
import { trafficView } from "./traffic.js";

/** @typedef {{ element: HTMLElement, close: () => void }} View */

const TRAFFIC = ["-type", "Connection", "-count", "-by", "SrcIP", "-sum", "TotalSize"];

/** The views by what stands behind `#/`, with what they are called. */
const VIEWS = [
  { path: "", title: "Sensors", make: () => overviewView(sensorLink) },
  { path: "ledger", title: "Ledger", make: () => timelineView(sensorLink) },
  ofFiles("traffic", "Traffic", ["dump", ...TRAFFIC], trafficView),
  ofFiles("devices", "Devices", ["devices"], devicesView),
  {
    path: "records",
    title: "Records",
    make: (/** @type {string} */ query) => recordsView(new URLSearchParams(query)),
  },
  { path: "access", title: "Access", make: () => accessView() },
];

/**
 * A view of what is read of files.
 *
 * @param {string} path
 * @param {string} title
 * @param {["dump" | "devices", ...string[]]} command What tells the same of streams.
 * @param {() => View} make
 */
function ofFiles(path, title, [command, ...words], make) {
  const show = () =>
    state.about.engine === undefined ? make() : elsewhereView(title, state.about[command], words);
  return { path, title, make: show };
}
const SENSOR = /^sensor\/(.+)$/;
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

/** @param {string} path */
function viewAt(path) {
  const [, name] = SENSOR.exec(path) ?? [];
  if (name === undefined) return VIEWS.find((each) => each.path === path) ?? VIEWS[0];
  const sensor = decoded(name);
  return { path, title: visible(sensor), make: () => sensorView(sensor) };
}

/** What is no encoding stands for itself. @param {string} name */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Shows the view that the address names. */
function show() {
  const [path = "", query = ""] = location.hash.slice(2).split("?", 2);
  const view = viewAt(path);
  shown?.close();
  shown = view?.make(query);
  content.replaceChildren(...shown ? [shown.element] : []);
  document.title = `${view?.title} · Farcap`;
  for (const link of byId("pages").children) {
    if (link.getAttribute("href") !== `#/${view?.path}`) {
      link.removeAttribute("aria-current");
      continue;
    }
    link.setAttribute("aria-current", "page");
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/** Asks for the token. */
function askForToken() {
  shown?.close();
  shown = undefined;
  state.stop(); // behind it, since a view that closes may want to be told something else
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
  state.addEventListener("all", show, { once: true }); // what is shown has its time from there
  state.listen();
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
  try {
    await tell("/api/leave");
  } catch (error) {
    if (!(error instanceof NotKnown)) return setText(byId("link"), "no answer, try again");
  }
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
