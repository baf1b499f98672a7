import { ConfigError } from "../../base/errors.ts";

/** A piece of an expression. */
export interface Token {
  readonly is: "word" | "text" | "sign" | "end";
  /** Of a text what stands between its quotes, escapes as they are but those of the quotes. */
  readonly text: string;
  /** Where it begins; the first character is 0. */
  readonly at: number;
}

/** What stands in an expression in place of what is wanted. */
export function wrongWhere(wanted: string, { is, text, at }: Token): ConfigError {
  const found = is === "end" ? "the end" : is === "text" ? `the text '${text}'` : `"${text}"`;
  return new ConfigError(
    "usage",
    `Wrong -where at character ${at + 1}: wanted ${wanted}, found ${found}`,
  );
}

const SIGNS = /(?:==|!=|<=|>=|[<>~(),])/y;
const WORD = /[^\s()<>=!~,'"&|]+/y;
const SPACE = /\s*/y;
/** What other languages write, and what stands for it here. */
const FOREIGN = /(?:&&?|\|\|?|=|!~?|[^])/y;
const MEANT: Readonly<Record<string, string>> = {
  "&&": '"and"',
  "&": '"and"',
  "||": '"or"',
  "|": '"or"',
  "=": '"=="',
  "!": '"not" or "!="',
  "!~": '"not" before the comparison and "~" in it',
};

/**
 * The tokens of an expression, the last of them its end: names, numbers, times and addresses are
 * words, what stands in `'` or `"` is a text.
 *
 * @throws {ConfigError} "usage" when a text has no end, or a sign has no meaning.
 */
export function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(expression)?.[0];
  };
  for (;;) {
    at += match(SPACE)!.length;
    if (at === expression.length) break;
    const quote = expression[at]!;
    if (quote === "'" || quote === '"') {
      const end = textEnd(expression, at);
      if (end < 0) {
        throw wrongWhere(`a ${quote} at the end of the text`, endOf(expression));
      }
      const text = expression.slice(at + 1, end).replaceAll(
        /\\[^]/g,
        (escape) => escape[1] === quote ? quote : escape,
      );
      tokens.push({ is: "text", text, at });
      at = end + 1;
      continue;
    }
    const sign = match(SIGNS);
    const text = sign ?? match(WORD);
    if (text === undefined) {
      const foreign = match(FOREIGN)!;
      throw wrongWhere(MEANT[foreign] ?? "a name or a value", { is: "sign", text: foreign, at });
    }
    tokens.push({ is: sign === undefined ? "word" : "sign", text, at });
    at += text.length;
  }
  return [...tokens, endOf(expression)];
}

function endOf(expression: string): Token {
  return { is: "end", text: "", at: expression.length };
}

/** Position of the quote that ends the text that begins at `at`; -1 without one. */
function textEnd(expression: string, at: number): number {
  const quote = expression[at];
  for (let end = at + 1; end < expression.length; end++) {
    if (expression[end] === "\\") end++;
    else if (expression[end] === quote) return end;
  }
  return -1;
}
