/**
 * Reads just enough TypeScript to see what a module imports and which names its code uses: comments,
 * strings and regular expressions are told from code, nothing else is parsed.
 */

/** A module: its code with everything that is not code blanked out, and its imports. */
export interface Source {
  /** As long as the text, line for line; strings keep their quotes, comments leave spaces. */
  code: string;
  imports: Import[];
}

/** `import … from "x"`, `import "x"`, `import("x")` or `export … from "x"`. */
export interface Import {
  /** Offset of the statement in the text. */
  at: number;
  specifier: string;
  reexport: boolean;
  /** Names that the statement brings into the module's scope. */
  names: string[];
}

/** Scans the text of a module. */
export function scanSource(text: string): Source {
  const { code, strings } = blank(text);
  const imports: Import[] = [];
  for (const pattern of [FROM, BARE, DYNAMIC]) {
    for (const match of code.matchAll(pattern)) {
      const specifier = strings.get(match.index + match[0].length - 1);
      if (specifier === undefined) continue;
      const { keyword, clause = "" } = match.groups ?? {};
      const reexport = keyword === "export";
      const names = reexport ? [] : namesOf(clause);
      imports.push({ at: match.index, specifier, reexport, names });
    }
  }
  return { code, imports: imports.sort((a, b) => a.at - b.at) };
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

const FROM = /(?<![\w$.])(?<keyword>import|export)\b(?<clause>[^"'`;()=]*?)\bfrom\s*["']/g;
const BARE = /(?<![\w$.])import\s*["']/g;
const DYNAMIC = /(?<![\w$.])import\s*\(\s*["'`]/g;

/** The local names in `a, { b, type c as d }, * as e`. */
function namesOf(clause: string): string[] {
  return clause.replaceAll(/[{}]/g, ",").split(",")
    .map((part) => part.trim().split(/\s+/).at(-1)!)
    .filter((name) => name !== "" && name !== "type");
}

/** Replaces what is not code by spaces and collects the strings by the offset of their quote. */
function blank(text: string): { code: string; strings: Map<number, string> } {
  const strings = new Map<number, string>();
  /** For each open `${`, how many braces are open within it. */
  const templates: number[] = [];
  let code = "";
  let at = 0;

  while (at < text.length) {
    const char = text[at]!;
    const comment = matchAt(/\/\/[^\n]*|\/\*.*?\*\//sy);
    if (comment !== undefined) hide(comment.length);
    else if (char === '"' || char === "'") string(matchAt(/(["'])(?:\\.|(?!\1)[^\\\n])*\1?/sy)!);
    else if (char === "`") template();
    else if (char === "/" && regexMayStart(code)) hide(matchAt(REGEX)?.length ?? 1);
    else if (char === "}" && templates.at(-1) === 0) {
      templates.pop();
      keep();
      templateText();
    } else {
      if (templates.length > 0 && char === "{") templates[templates.length - 1]!++;
      if (templates.length > 0 && char === "}") templates[templates.length - 1]!--;
      keep();
    }
  }
  return { code, strings };

  function matchAt(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  }

  function keep(): void {
    code += text[at++]!;
  }

  function hide(length: number): void {
    code += text.slice(at, at + length).replaceAll(/[^\n]/g, " ");
    at += length;
  }

  function string(literal: string): void {
    strings.set(at, literal.slice(1, -1));
    keep();
    hide(literal.length - 2);
    if (literal.length > 1) keep();
  }

  function template(): void {
    const start = at;
    keep();
    templateText();
    strings.set(start, text.slice(start + 1, at - 1));
  }

  /** Up to the closing backtick, or to the next `${`, whose inside is code again. */
  function templateText(): void {
    hide(matchAt(/(?:\\.|\$(?!\{)|[^\\`$])*/sy)!.length);
    if (text[at] === "`") return keep();
    if (text[at] !== "$") return;
    keep();
    keep();
    templates.push(0);
  }
}

const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;

/** A slash divides after a value; elsewhere it starts a regular expression. */
function regexMayStart(before: string): boolean {
  const word = /([\w$]+|\S)\s*$/.exec(before.slice(-100))?.[1] ?? "";
  if (/^(return|typeof|case|in|of|else|void|delete|throw|await|yield)$/.test(word)) return true;
  return !/^[\w$)\]}"'`]/.test(word);
}
