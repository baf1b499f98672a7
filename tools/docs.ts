/**
 * Makes the pages of `docs/` that are made of code and notes.
 *
 *     deno task docs             writes those that have changed
 *     deno task docs --check     writes nothing, exits with 1 when a page is not what it would be
 */
import { flagsPage } from "./flags_page.ts";
import { recordsPage } from "./records_page.ts";

/** Each with what it is made of. */
const PAGES = [
  ["docs/records.md", recordsPage, "schema, registry and docs/records/"],
  ["docs/flags.md", flagsPage, "the tables of flags"],
] as const;

for (const [path, page, source] of PAGES) {
  const url = new URL(`../${path}`, import.meta.url);
  const text = page();
  if (Deno.readTextFileSync(url) === text) {
    console.log(`${path} is up to date`);
  } else if (Deno.args.includes("--check")) {
    console.error(`${path} is not what ${source} say; wanted: deno task docs`);
    Deno.exitCode = 1;
  } else {
    Deno.writeTextFileSync(url, text);
    console.log(`${path} written`);
  }
}
