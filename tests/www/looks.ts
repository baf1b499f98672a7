/**
 * What a browser is made to look at, each in a process of its own: Playwright wants all permissions, which
 * tests have not.
 *
 *     deno run -A tests/www/looks.ts LOOK
 */
import { assertEquals } from "@std/assert";
import axe from "axe-core";
import {
  ConnectionSchema,
  DHCPv4Schema,
  HTTPSchema,
  SoftwareSchema,
} from "../../proto/gen/netcap_pb.ts";
import { inFolder, startCollector } from "../programs/program.ts";
import { until } from "../until.ts";
import { enterPage, goTo, openTab, startBrowser, type Tab } from "./browser.ts";
import { NOW, Peer, quietPort, tokenOf } from "./peer.ts";
import { elsewhere, steady } from "./made_up.ts";
import { sameByCommand } from "./same_by_command.ts";

const MARKUP = `<img src=x onerror="globalThis.taken=1"><script>globalThis.taken=1</script>`;
/** That of a sensor. */
const HOSTILE_NAME = `a'"\u202e<img src=x onerror=taken=1>`;
const VIEWS = ["", "ledger", "traffic", "devices", "records", "access", "sensor/plant-1"];

const HARDWARE = "02:00:00:00:00:01";

/** What a hostile sensor saw, or says to have seen. */
async function sendHostile(peer: Peer): Promise<void> {
  const option = { Type: 12, Length: MARKUP.length, Data: new TextEncoder().encode(MARKUP) };
  await peer.send(DHCPv4Schema, {
    ...{
      Timestamp: NOW,
      Operation: 1,
      HardwareType: 1,
      HardwareLen: 6,
      ClientHWAddr: HARDWARE,
      Options: [option],
    },
    SrcIP: "192.0.2.1",
  });
  await peer.send(ConnectionSchema, {
    ...{ TimestampFirst: NOW, TimestampLast: NOW, ApplicationProto: MARKUP, SrcIP: MARKUP },
    ...{ DstIP: "192.0.2.2", TransportProto: MARKUP, DstPort: MARKUP, TotalSize: 1000 },
  });
  await peer.send(SoftwareSchema, { Timestamp: NOW, Product: MARKUP, Vendor: MARKUP });
}

/** What a browser asks for, as it shows it, must not have been taken for markup. */
async function assertIsText({ page, assertCalm }: Tab, view: string): Promise<void> {
  assertEquals(await page.evaluate("globalThis.taken"), undefined, view);
  const made = await page.locator("main img, main script, main iframe").count();
  assertEquals(made, 0, view);
  assertCalm();
}

/** What is hostile is looked at in every view. */
async function hostile(folder: string): Promise<void> {
  const port = quietPort();
  const { collector, address } = await startCollector(folder, ["-www", String(port)]);
  await using _ = collector;
  await using browser = await startBrowser();
  using peer = await Peer.connect(address, HOSTILE_NAME);
  await sendHostile(peer);
  const tab = await openTab(browser);
  const { page } = tab;
  await enterPage(tab, port, await tokenOf(folder));
  const shown = HOSTILE_NAME.replace("\u202e", "\\u{202e}");
  await page.getByRole("link", { name: shown, exact: true }).waitFor();
  await assertIsText(tab, "");
  const sensor = `sensor/${encodeURIComponent(HOSTILE_NAME)}`;
  const seen: Record<string, string> = { ledger: shown, traffic: MARKUP, devices: MARKUP };
  for (const view of [...VIEWS, sensor]) {
    await goTo(tab, port, view);
    const text = seen[view] ?? "";
    await page.locator("main", { hasText: text }).waitFor();
    await assertIsText(tab, view);
  }
  await goTo(tab, port, "records");
  await page.locator("#link", { hasText: /^live$/ }).waitFor();
  const waiting = page.locator(".records tbody tr").first().waitFor();
  for (let isThere = false; !isThere;) {
    await peer.send(HTTPSchema, {
      Timestamp: NOW,
      Host: MARKUP,
      UserAgent: MARKUP,
      URL: `${MARKUP}\\u{a}forged`,
    });
    isThere = await Promise.race([
      waiting.then(() => true),
      page.waitForTimeout(500).then(() => false),
    ]);
  }
  await page.locator(".records summary", { hasText: `UserAgent=${MARKUP}` }).first().click();
  await page.locator(".records pre", { hasText: "globalThis.taken" }).first().waitFor();
  const [record = ""] = await page.locator(".records pre").allTextContents();
  assertEquals(record.split("\n").filter((line) => !/^[{}]$|^ {1,9}["{}[\]]/.test(line)), []);
  await assertIsText(tab, "records");
  assertEquals(await page.locator("code", { hasText: "globalThis" }).count(), 0);
  await page.evaluate(TRY_MARKUP);
  assertEquals(await page.evaluate("globalThis.taken"), undefined);
}

/** What a script that had slipped in might try; the policy lets none of it through. */
const TRY_MARKUP = `(() => {
  try { document.body.innerHTML = '<img src=x onerror="globalThis.taken=1">'; } catch {}
  const script = document.createElement("script");
  try { script.textContent = "globalThis.taken=1"; document.body.append(script); } catch {}
})()`;

/** The page is entered, told what changes, and lives on after a restart. */
async function live(folder: string): Promise<void> {
  const port = quietPort();
  await using browser = await startBrowser();
  const tab = await openTab(browser);
  const { page } = tab;
  const records = page.locator("tbody tr", { hasText: "plant-1" }).locator(
    "[data-title=Stored]",
  );
  for (const isFirst of [true, false]) {
    const { collector, address } = await startCollector(folder, ["-www", String(port)]);
    await using _ = collector;
    if (isFirst) await enterPage(tab, port, await tokenOf(folder));
    await page.locator("#link", { hasText: /^live$/ }).waitFor();
    using peer = await Peer.connect(address, "plant-1");
    await peer.send(HTTPSchema, { Timestamp: NOW, Host: "a.example" });
    await records.waitFor();
    const before = await records.textContent();
    for (let n = 0; n < 9; n++) await peer.send(HTTPSchema, { Timestamp: NOW, URL: `/${n}` });
    await until("more is told", async () => await records.textContent() !== before);
    if (isFirst) {
      await walkByKeyboard(tab);
      await leaveFromRecords(tab, port, await tokenOf(folder));
    }
    assertEquals((await collector.stop()).code, 0);
    await page.locator("#link", { hasText: "trying again" }).waitFor();
  }
  tab.assertCalm();
}

/** Goes to all views and back by Tab and Enter; sorts, and chooses a theme. */
async function walkByKeyboard({ page }: Tab): Promise<void> {
  const press = async (selector: string, key = "Enter") => {
    await page.evaluate("document.activeElement?.blur()");
    for (let n = 0; n < 80; n++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) {
        await page.keyboard.press(key);
        return;
      }
    }
    throw new Error(`Tab does not lead to ${selector}`);
  };
  for (const view of VIEWS.slice(1, -1)) {
    await press(`nav a[href="#/${view}"]`);
    await page.locator(`nav a[href="#/${view}"][aria-current=page]`).waitFor();
  }
  await press('nav a[href="#/"]');
  await press("th:nth-child(5) button");
  await page.locator("th:nth-child(5)[aria-sort=descending]").waitFor();
  await press(".sources summary");
  await page.locator(".sources[open] code", { hasText: "farcap_sensor" }).first().waitFor();
  await press('tbody a[href="#/sensor/plant-1"]');
  await page.getByRole("heading", { name: "plant-1" }).waitFor();
  await press("#theme");
  await page.locator("html[data-theme=dark]").waitFor();
  await press('nav a[href="#/"]');
  await page.locator(".sensors").waitFor();
}

/** Whoever leaves asks for nothing any more, which the browser would complain about. */
async function leaveFromRecords(tab: Tab, port: number, token: string): Promise<void> {
  const { page } = tab;
  await goTo(tab, port, "records");
  await page.locator("#link", { hasText: /^live$/ }).waitFor();
  await page.locator("#leave").click();
  await page.locator("#token").waitFor();
  tab.assertCalm();
  await page.locator("#token").fill(token);
  await page.keyboard.press("Enter");
  await page.locator("#link", { hasText: /^live$/ }).waitFor();
  await goTo(tab, port, "");
}

/** All views are looked at in both themes, wide and narrow. */
async function accessible(folder: string): Promise<void> {
  const port = quietPort();
  const { collector, address } = await startCollector(folder, ["-www", String(port)]);
  await using _ = collector;
  await using browser = await startBrowser();
  using peer = await Peer.connect(address, "plant-1");
  await sendHostile(peer);
  for (const colorScheme of ["dark", "light"] as const) {
    for (const width of [1280, 390]) {
      // What axe-core does is not what the page's policy lets scripts do.
      const tab = await openTab(browser, {
        colorScheme,
        bypassCSP: true,
        viewport: { width, height: 800 },
      });
      const { page } = tab;
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.locator("#token").waitFor();
      await page.evaluate(axe.source);
      assertEquals(await violations(tab), [], "the token");
      await enterPage(tab, port, await tokenOf(folder));
      await page.evaluate(axe.source);
      for (const view of VIEWS) {
        await goTo(tab, port, view);
        assertEquals(await violations(tab), [], `${view} ${colorScheme} ${width}`);
        const isWide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
        assertEquals(isWide, false, `${view} is wider than ${width}`);
        if (view === "access") await assertAsked(tab);
        assertEquals(await page.evaluate(SMALL), [], `${view} ${width}: hard to hit`);
        assertEquals(
          await page.evaluate(HIGH),
          [],
          `${view} ${width}: rows as high as text is long`,
        );
      }
      await page.context().close();
    }
  }
}

/** Before the first token shuts out all who may send so far, it is asked whether that is meant. */
async function assertAsked(tab: Tab): Promise<void> {
  const { page } = tab;
  await page.getByLabel("Name, and options behind it").fill("plant-9");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByRole("heading", { name: "Shut out all others?" }).waitFor();
  await page.locator("dialog", { hasText: /connected now, \d, all others/ }).waitFor();
  assertEquals(await violations(tab), [], "the question");
  await page.getByRole("button", { name: "Leave it open" }).click();
  assertEquals(await page.locator("dialog[open], [role=status] .command").count(), 0);
}

/** WCAG 2.2, 2.5.8: 24 pixels. */
const SMALL = `[...document.querySelectorAll("button, select, input, summary")]
  .filter((each) => each.offsetParent && each.offsetHeight < 24).map((each) => each.outerHTML)`;
const HIGH = `[...document.querySelectorAll("tbody tr")]
  .filter((each) => each.offsetHeight > 300).map((each) => each.textContent)`;

/** What axe-core says is wrong, a line each. */
async function violations({ page }: Tab): Promise<string[]> {
  const found = await page.evaluate("axe.run()") as axe.AxeResults;
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const LOOKS: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  hostile,
  live,
  accessible,
  elsewhere,
  sameByCommand,
  steady,
};

if (import.meta.main) await inFolder(LOOKS[Deno.args[0]!]!);
