/** Looks at the page of a collector that a test makes up. */
import { assertEquals } from "@std/assert";
import { SILENT } from "../../lib/base/program/log_io.ts";
import { pageAbout, type PagePaths } from "../../lib/www/page_about.ts";
import { type PageOptions, PageService } from "../../lib/www/page_service_io.ts";
import { until } from "../until.ts";
import { enterPage, goTo, openTab, startBrowser, type Tab } from "./browser.ts";
import { tokenOf } from "./peer.ts";
import { NOTHING } from "./served.ts";

/** Serves a page whose token is where {@linkcode tokenOf} looks for it. */
async function serve(
  folder: string,
  paths: Partial<PagePaths>,
  options: Partial<PageOptions> = {},
): Promise<PageService> {
  await Deno.mkdir(`${folder}/records`);
  const tokenFile = `${folder}/records/.www-token`;
  const about = { out: "records", address: "127.0.0.1:1335", tokenFile, ...paths };
  return await PageService.open({
    address: { hostname: "127.0.0.1", port: 0 },
    ...{ names: [], isSecure: false, tokenFile, log: SILENT },
    about: pageAbout(about, false),
    actions: { enrol: () => Promise.reject(), revoke: () => Promise.reject() },
    ...options,
  });
}

/** Where records are in streams, views of files say so, and ask for nothing; commands read the streams. */
export async function elsewhere(folder: string): Promise<void> {
  const engine = "nats://127.0.0.1:4222";
  const engineFlags = ["-nats-creds", "a b.creds"];
  await using page = await serve(folder, { engine, engineFlags });
  page.tell(() => NOTHING);
  await using browser = await startBrowser();
  const tab = await openTab(browser);
  const { port } = page.address;
  await enterPage(tab, port, await tokenOf(folder));
  const place = `${engine} -nats-creds 'a b.creds'`;
  const connections = "-type Connection -count -by SrcIP -sum TotalSize";
  const commands = {
    traffic: `deno task dump ${place} ${connections}`,
    devices: `deno task devices ${place}`,
  };
  for (const [view, command] of Object.entries(commands)) {
    await goTo(tab, port, view);
    await tab.page.locator("main", { hasText: `keeps records in streams at ${engine}` }).waitFor();
    assertEquals(await tab.page.locator(".command code").allTextContents(), [command]);
  }
  const others = {
    "": `deno task ledger ${place}`,
    access: `deno task collector -enrolled -store ${place}`,
    records: `deno task dump ${place} -follow -tail 20`,
  };
  for (const [view, command] of Object.entries(others)) {
    await goTo(tab, port, view);
    await tab.page.locator(".command code", { hasText: command }).waitFor();
  }
  tab.assertCalm();
}

/** What is looked at stays where it is while all around it changes; what does not change grows old. */
export async function steady(folder: string): Promise<void> {
  const sensors = ["a", "b"].map((name) => ({
    ...{ name, connected: 1, storedRecords: 0, storedBytes: name === "a" ? 1 : 0 },
  }));
  const [, b] = sensors;
  const past = new Map([["gone", Date.now() / 1000]]);
  await using page = await serve(folder, {}, { past });
  page.tell(() => ({ ...NOTHING, sensors, isOpen: true, server: { ...SERVER, sensors: 2 } }));
  await using browser = await startBrowser();
  const tab = await openTab(browser);
  const { port } = page.address;
  await enterPage(tab, port, await tokenOf(folder));
  const seen = tab.page.locator(".sensors tr", { hasText: "gone" }).locator(
    "[data-title='Last seen']",
  );
  for (const _ of ["once", "twice"]) {
    const before = await seen.textContent() ?? "";
    await until("it is told anew", async () => await seen.textContent() !== before);
  }
  await tab.page.getByRole("button", { name: "Stored" }).click();
  await tab.page.locator('.sensors tr:first-child [href$="/a"]').waitFor();
  await tab.page.locator('.sensors [href$="/a"]').focus();
  b!.storedBytes = 5;
  await tab.page.locator('.sensors tr:first-child [href$="/b"]').waitFor();
  await assertFocused(tab, '[href$="/a"]');
  await goTo(tab, port, "access");
  await tab.page.getByRole("button", { name: "Revoke a" }).focus();
  b!.connected = 0;
  await tab.page.locator(".access tr:has([aria-label='Revoke b'])", { hasText: "away" }).waitFor();
  await assertFocused(tab, "[aria-label='Revoke a']");
  await tab.page.getByLabel("Name, and options behind it").fill("plant-9");
  await tab.page.getByRole("button", { name: "Make a token" }).click();
  await tab.page.locator("dialog", { hasText: "connected now, 2, all others" }).waitFor();
  await tab.page.getByRole("button", { name: "Leave it open" }).click();
  const problems = ["Cannot read its books"];
  const ledgers = [{ client: "a", hasBooks: true, missing: ["lost"], types: {}, causes: [] }];
  await tab.page.route(
    "**/api/ledger?*",
    (route) => route.fulfill({ json: { ledgers, left: 1, problems } }),
  );
  await goTo(tab, port, "sensor/%");
  await tab.page.getByRole("heading", { name: "%", exact: true }).waitFor();
  await goTo(tab, port, "sensor/a");
  await tab.page.locator(".wrong", { hasText: problems[0]! }).waitFor();
  await goTo(tab, port, "ledger"); // which is not told of all causes
  await tab.page.locator(".sum.bad", { hasText: "Something is missing of 1 of 1 sensor" })
    .waitFor();
  await tab.page.getByLabel("up to (UTC)").fill("2099-01-01T00:00:00"); // of which nothing is there
  await tab.page.locator('.lane .whole[width="0"]').waitFor({ state: "attached" });
  tab.assertCalm();
}

const SERVER = {
  ...{ halfOpen: 0, creditBytes: 0, freeCreditBytes: 0 },
  handshakes: { bounds: [], counts: [], count: 0, sum: 0 },
};

async function assertFocused({ page }: Tab, selector: string): Promise<void> {
  const matches = `document.activeElement.matches(${JSON.stringify(selector)})`;
  assertEquals(await page.evaluate(matches), true, selector);
}
