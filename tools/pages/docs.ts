/**
 * Makes the pages of `docs/` that are made of code and notes.
 *
 *     deno task docs             writes those that have changed
 *     deno task docs --check     writes nothing, exits with 1 when a page is not what it would be
 */
import { bashCompletion, zshCompletion } from "./completion.ts";
import { exportsPage } from "./exports_page.ts";
import { flagsPage } from "./flags_page.ts";
import { writeMadeFile } from "../made_file.ts";
import { manPage } from "./man_page.ts";
import { metricsPage } from "./metrics_page.ts";
import { PROGRAM_PAGES } from "./programs.ts";
import { recordsPage } from "./records_page.ts";
import { STAGES, stagesChart } from "./stages_chart.ts";

const FLAGS = "the tables of flags";

/** Each with what it is made of. */
const PAGES = [
  ["docs/records.md", recordsPage, "schema, registry and docs/records/"],
  ["docs/exports.md", exportsPage, "the tables of formats and docs/exports/"],
  ["docs/flags.md", flagsPage, FLAGS],
  ["docs/images/stages.svg", stagesChart, STAGES],
  ["docs/metrics.md", metricsPage, "the registries of counters"],
  ...PROGRAM_PAGES.map((page) => [`docs/man/${page.name}.1`, () => manPage(page), FLAGS] as const),
  ...["farcap-sensor", "farcap-collector"].flatMap((name) => [
    [`docs/completion/${name}.bash`, () => bashCompletion(name), FLAGS] as const,
    [`docs/completion/_${name}`, () => zshCompletion(name), FLAGS] as const,
  ]),
] as const;

for (const [path, page, source] of PAGES) writeMadeFile(path, page(), `${source} say`, "docs");
