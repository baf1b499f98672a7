import { spanWithin, type TimeSpan } from "../../base/time_span.ts";
import type { ParseTime } from "./value_tests.ts";
import type { Comparison, Expression } from "./where_syntax.ts";

const EVER: TimeSpan = {};

/** The times that a record's `Timestamp` must have for the expression to hold. */
export function spanOf(expression: Expression, parseTime: ParseTime): TimeSpan {
  if (expression.is === "and") {
    return expression.parts.map((part) => spanOf(part, parseTime)).reduce(spanWithin);
  }
  const isTime = expression.is === "compare" && expression.field.text === "Timestamp";
  return isTime ? spanOfTime(expression, parseTime) : EVER;
}

function spanOfTime({ operator, values }: Comparison, parseTime: ParseTime): TimeSpan {
  const time = parseTime(values[0]!.text);
  if (time === undefined) return EVER;
  switch (operator) {
    case "==":
      return { from: time, to: time + 1n };
    case ">=":
      return { from: time };
    case ">":
      return { from: time + 1n };
    case "<":
      return { to: time };
    case "<=":
      return { to: time + 1n };
    default:
      return EVER;
  }
}
