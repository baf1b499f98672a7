/** Reads our documents: what stands in their tables, code and links. */

/** A table below its heading. */
export interface Table {
  /** The heading that it stands under, without its number signs. */
  readonly heading: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The text of a document, by its path in the project. */
export function readDocument(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

/** The tables of a document in their order. */
export function tablesOf(text: string): Table[] {
  const tables: Table[] = [];
  let heading = "";
  let lines: string[] = [];
  for (const line of [...text.split("\n"), ""]) {
    if (line.startsWith("|")) {
      lines.push(line);
      continue;
    }
    if (lines.length > 0) {
      const [header, _rule, ...rows] = lines.map(cellsOf);
      tables.push({ heading, header: header!, rows });
      lines = [];
    }
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
  }
  return tables;
}

/** The cells of a line; a vertical bar in one has a backslash before it. */
function cellsOf(line: string): string[] {
  return line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** The part of a document below a heading, up to the next of its rank or higher. */
export function sectionOf(text: string, heading: string): string {
  const rank = /^(#+) /.exec(text.split("\n").find((line) => isHeading(line, heading))!)![1]!;
  const lines = text.split("\n");
  const from = lines.findIndex((line) => isHeading(line, heading));
  const length = lines.slice(from + 1).findIndex((line) => {
    const other = /^(#+) /.exec(line)?.[1];
    return other !== undefined && other.length <= rank.length;
  });
  return lines.slice(from, length < 0 ? undefined : from + 1 + length).join("\n");
}

function isHeading(line: string, heading: string): boolean {
  return line.startsWith("#") && line.replace(/^#+ /, "") === heading;
}

/** What stands between backticks, blocks of code left out. */
export function codeOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
}

/** The commands in the blocks of shell code, without comments; one over several lines is one. */
export function commandsOf(text: string): string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) => {
    const commands: string[] = [];
    let depth = 0;
    let goesOn = false;
    for (const each of block!.split("\n")) {
      const line = each.replace(/(^|\s)#.*$/, "").trimEnd();
      if (line === "") continue;
      if (goesOn || depth > 0) commands.push(`${commands.pop()}\n${line}`);
      else commands.push(line);
      goesOn = line.endsWith("\\");
      if (/^\s*(for|while|if)\b/.test(line)) depth++;
      if (/^\s*(done|fi)\b/.test(line)) depth--;
    }
    return commands;
  });
}

/** Where links lead that stay in the project. */
export function linksOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !link.includes(":"));
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, "");
}
