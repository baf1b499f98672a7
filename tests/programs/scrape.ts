/** What somebody who scrapes a program is told. */
import { assertEquals } from "@std/assert";
import { until } from "../until.ts";
import type { Program } from "./program.ts";

/** Values of samples by their lines' beginnings: `farcap_made_records_total{type="TCP"}`. */
export type Scraped = ReadonlyMap<string, number>;

/** Where a program that was started with `-metrics` answers, once it has begun. */
export async function metricsUrl(program: Program): Promise<string> {
  const [, url] = await program.line(/^metrics on (http:\/\/127\.0\.0\.1:\d+\/metrics)$/);
  await until("it has begun", async () => (await ask(url!, "/metrics"))[0] === 200);
  return url!;
}

/** The text of all metrics. */
export async function scrapeText(url: string): Promise<string> {
  const response = await fetch(url);
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assertEquals(response.status, 200);
  return await response.text();
}

/** All metrics. */
export async function scrape(url: string): Promise<Scraped> {
  const lines = (await scrapeText(url)).split("\n").filter((line) => /^[^#]/.test(line));
  return new Map(lines.map((line) => {
    const space = line.lastIndexOf(" ");
    return [line.slice(0, space), Number(line.slice(space + 1))];
  }));
}

/** Status and words of `/healthz` or `/readyz`. */
export async function ask(url: string, path: string): Promise<[status: number, text: string]> {
  const response = await fetch(new URL(path, url));
  return [response.status, await response.text()];
}

/** The sum of all samples of a metric. */
export function sumOf(scraped: Scraped, name: string): number {
  return [...scraped].filter(([line]) => line === name || line.startsWith(`${name}{`))
    .reduce((total, [, value]) => total + value, 0);
}
