import type { Order } from "./integer_tests.ts";
import { patternOf } from "./literals.ts";
import { type Token, tokensOf, wrongWhere } from "./where_tokens.ts";

/** How a field is compared with values. */
export type Operator = Order | "in" | "~";

/** A parsed expression; fields and values are as written, since types decide what they mean. */
export type Expression =
  | { readonly is: "and" | "or"; readonly parts: readonly Expression[] }
  | { readonly is: "not"; readonly part: Expression }
  /** The field is neither 0 nor empty. */
  | { readonly is: "set"; readonly field: Token }
  | Comparison;

/** A field and the values that it is compared with: one but for `in`. */
export interface Comparison {
  readonly is: "compare";
  readonly field: Token;
  readonly operator: Operator;
  readonly values: readonly Token[];
}

const OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "in", "~"];
const KEYWORDS = ["and", "or", "not", "in"];
/** Parentheses and `not` in each other. */
const MAX_DEPTH = 100;

/**
 * Parses an expression: `or` binds less than `and`, this less than `not`.
 *
 * ```text
 * or         = and { "or" and }
 * and        = not { "and" not }
 * not        = "not" not | "(" or ")" | comparison
 * comparison = field | field operator value | field "in" ( value | "(" value { "," value } ")" )
 * ```
 *
 * @throws {ConfigError} "usage": where the expression is wrong, and what is wanted there.
 */
export function parseExpression(text: string): Expression {
  return new Parser(tokensOf(text)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#or();
    if (this.#next.is !== "end") throw wrongWhere('"and", "or" or the end', this.#next);
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!; // the end is never taken
  }

  /** Takes the next token if it is one of these words or signs. */
  #take(...texts: readonly string[]): Token | undefined {
    const token = this.#next;
    const isOne = (token.is === "word" || token.is === "sign") && texts.includes(token.text);
    if (isOne) this.#at++;
    return isOne ? token : undefined;
  }

  #or(): Expression {
    const parts = [this.#and()];
    while (this.#take("or")) parts.push(this.#and());
    return parts.length === 1 ? parts[0]! : { is: "or", parts };
  }

  #and(): Expression {
    const parts = [this.#not()];
    while (this.#take("and")) parts.push(this.#not());
    return parts.length === 1 ? parts[0]! : { is: "and", parts };
  }

  #not(): Expression {
    if (this.#depth === MAX_DEPTH) {
      throw wrongWhere(`at most ${MAX_DEPTH} of "not" and "(" within each other`, this.#next);
    }
    this.#depth++;
    let expression: Expression;
    if (this.#take("not")) {
      expression = { is: "not", part: this.#not() };
    } else if (this.#take("(")) {
      expression = this.#or();
      if (!this.#take(")")) throw wrongWhere('"and", "or" or ")"', this.#next);
    } else {
      expression = this.#comparison();
    }
    this.#depth--;
    return expression;
  }

  #comparison(): Expression {
    const field = this.#next;
    if (field.is !== "word" || KEYWORDS.includes(field.text)) {
      throw wrongWhere('the name of a field, "not" or "("', field);
    }
    this.#at++;
    const operator = this.#take(...OPERATORS)?.text;
    switch (operator) {
      case undefined:
        if (this.#next.is === "word" && !KEYWORDS.includes(this.#next.text)) {
          throw wrongWhere(`an operator (${OPERATORS.join(" ")})`, this.#next);
        }
        return { is: "set", field };
      case "in":
        return { is: "compare", field, operator, values: this.#list() };
      case "!=":
        return {
          is: "not",
          part: { is: "compare", field, operator: "==", values: [this.#value()] },
        };
      case "~": {
        const pattern = this.#value();
        patternOf(pattern); // wrong for any type
        return { is: "compare", field, operator, values: [pattern] };
      }
      default:
        return { is: "compare", field, operator: operator as Operator, values: [this.#value()] };
    }
  }

  #list(): Token[] {
    if (!this.#take("(")) return [this.#value()];
    const values = [this.#value()];
    while (this.#take(",")) values.push(this.#value());
    if (!this.#take(")")) throw wrongWhere('"," or ")"', this.#next);
    return values;
  }

  #value(): Token {
    const value = this.#next;
    if (value.is !== "text" && (value.is !== "word" || KEYWORDS.includes(value.text))) {
      throw wrongWhere("a value", value);
    }
    this.#at++;
    return value;
  }
}
