import { ConfigError } from "../../base/errors.ts";
import type { RecordSchema } from "../../base/record/schema_types.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import { findField, missingFields, type Unbound } from "./field_path.ts";
import type { FilterOf, RecordFilter } from "./record_filter.ts";
import { RecordCursor } from "./record_cursor.ts";
import { type ParseTime, setTest, valueTest } from "./value_tests.ts";
import { spanOf } from "./where_span.ts";
import { type Expression, parseExpression } from "./where_syntax.ts";

/** A filter, or why no record of the type can pass. */
export type Binding = { readonly filter: RecordFilter } | Unbound;

/**
 * Which records are wanted, as somebody has written it: `DstPort == 53 and SrcIP in 192.0.2.0/24`.
 * docs/operations.md has the language. It is matched on the wire form of records, fields in ascending
 * number, and what is not looked at is not decoded.
 *
 * ```ts
 * import { create, toBinary } from "@bufbuild/protobuf";
 * import { Where } from "@farcap/farcap/records";
 * import { UDPSchema } from "@farcap/farcap/schemas";
 *
 * const where = new Where("DstPort in (53, 853) and not SrcIP in 10.0.0.0/8");
 * const bound = where.bind(UDPSchema);
 * const record = toBinary(UDPSchema, create(UDPSchema, { DstPort: 53, SrcIP: "192.0.2.1" }));
 * if ("problem" in bound || !bound.filter(record, 0, record.length)) throw new Error("it is wanted");
 * ```
 */
export class Where {
  readonly #expression: Expression;
  readonly #parseTime: ParseTime;

  /**
   * Parses an expression.
   *
   * @param parseTime Reads the times in it; without, they are nanoseconds since 1970.
   * @throws {ConfigError} "usage": where the expression is wrong, and what is wanted there.
   */
  constructor(text: string, parseTime: ParseTime = parseNanos) {
    this.#expression = parseExpression(text);
    this.#parseTime = parseTime;
  }

  /**
   * The times that records must have to pass, as far as comparisons of `Timestamp` that must hold tell
   * it: a reader hops over the parts of files that lie outside.
   */
  get span(): TimeSpan {
    return spanOf(this.#expression, this.#parseTime);
  }

  /** The filter for records of a type; none where it lacks a field, or a value does not fit its field. */
  bind(schema: RecordSchema): Binding {
    const lack = missingFields(schema, fieldsOf(this.#expression));
    if (lack !== undefined) return lack;
    const cursor = new RecordCursor();
    try {
      const matches = this.#compile(this.#expression, schema, cursor);
      return {
        filter: (bytes, at, end) => {
          cursor.begin(bytes, at, end);
          return matches() || cursor.isDamaged;
        },
      };
    } catch (error) {
      if (error instanceof ConfigError) return { problem: error.message };
      throw error;
    }
  }

  /** As {@linkcode bind}, for the reader: nothing passes of a type without filter. */
  filterOf(onProblem: (schema: RecordSchema, problem: string) => void): FilterOf {
    return (schema) => {
      const binding = this.bind(schema);
      if ("filter" in binding) return binding.filter;
      onProblem(schema, binding.problem);
      return () => false;
    };
  }

  #compile(expression: Expression, schema: RecordSchema, cursor: RecordCursor): () => boolean {
    const compile = (part: Expression) => this.#compile(part, schema, cursor);
    switch (expression.is) {
      case "and": {
        const parts = expression.parts.map(compile);
        return parts.reduce((all, part) => () => all() && part());
      }
      case "or": {
        const parts = expression.parts.map(compile);
        return parts.reduce((some, part) => () => some() || part());
      }
      case "not": {
        const part = compile(expression.part);
        return () => !part();
      }
      default: {
        const found = findField(schema, expression.field.text);
        if ("problem" in found) throw new ConfigError("usage", found.problem);
        const { path } = found;
        const { shape, isRepeated } = path.at(-1)!;
        const test = expression.is === "set"
          ? setTest(shape, isRepeated)
          : valueTest(shape, expression.operator, expression.values, this.#parseTime);
        return cursor.some(path, test);
      }
    }
  }
}

/** The names of fields, as they come. */
function* fieldsOf(expression: Expression): Generator<string> {
  if ("parts" in expression) { for (const part of expression.parts) yield* fieldsOf(part); }
  else if ("part" in expression) yield* fieldsOf(expression.part);
  else yield expression.field.text;
}

function parseNanos(text: string): bigint | undefined {
  return /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}
