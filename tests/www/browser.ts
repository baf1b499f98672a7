/** A browser that looks at the page, and all that it complains about. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { assertEquals } from "@std/assert";

/** How long the page may take for something, on a machine that others use too. */
const PATIENCE_MS = 60_000;

/** Starts Debian's. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: pathOf("chromium"),
    args: ["--no-sandbox", "--disable-gpu"],
    timeout: PATIENCE_MS,
  });
}

/** Where a program is: Playwright looks for none. */
function pathOf(program: string): string {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.map((folder) => `${folder}/${program}`).find((path) => existsSync(path)) ??
    program;
}

/** A tab, and what it has complained about. */
export interface Tab {
  readonly page: Page;
  /** Fails when the browser has said something is wrong, but for requests that found nobody. */
  readonly assertCalm: () => void;
}

/** Opens a tab of a viewer who has not been here. */
export async function openTab(
  browser: Browser,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<Tab> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (
      /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE/.test(message.text())
    ) return;
    if (!["error", "warning", "assert"].includes(message.type())) return;
    complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, assertCalm: () => assertEquals(complaints, []) };
}

/** Types the token, by keyboard alone, and waits until the page lives. */
export async function enterPage({ page }: Tab, port: number, token: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.locator("#token").waitFor();
  await page.keyboard.insertText(token);
  await page.keyboard.press("Enter");
  await page.locator("#link", { hasText: /^live$/ }).waitFor();
}

/** Goes to a view and waits until it has read what it shows. */
export async function goTo({ page }: Tab, port: number, view: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${port}/#/${view}`);
  await page.locator("#content > *").waitFor();
  await page.locator(".loading[aria-busy=true]").waitFor({ state: "detached" });
}
