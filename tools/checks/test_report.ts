/** What one test came to. */
export interface TestResult {
  file: string;
  name: string;
  outcome: "passed" | "failed" | "skipped";
}

/** Reads the JUnit report of `deno test`. */
export function parseReport(xml: string): TestResult[] {
  return [...xml.matchAll(/<testcase\s([^>]*)>(.*?)<\/testcase>/gs)].map(
    ([, attributes = "", body = ""]) => ({
      file: attributeOf(attributes, "classname"),
      name: attributeOf(attributes, "name"),
      outcome: /<(failure|error)\b/.test(body)
        ? "failed"
        : body.includes("<skipped")
        ? "skipped"
        : "passed",
    }),
  );
}

function attributeOf(attributes: string, name: string): string {
  const text = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  return text.replaceAll(/&(\w+);/g, (whole, entity) => ENTITIES[entity] ?? whole);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  quot: '"',
};
