/**
 * Stand-in for `@std/assert`, which is not on npm: the assertions that the tests use, with the real
 * package's names and signatures. Pointing the import map at `jsr:@std/assert` must need no other
 * change, so no test may rely on the words of a failure.
 *
 * Equal is what `isDeepStrictEqual` of `node:util` calls equal, and `0` and `-0` as whole values.
 * It is stricter than the real package in two cases, which tests must not need: `0` and `-0` within
 * a value, and an object without prototype beside a plain one.
 *
 * @module
 */
import { inspect, isDeepStrictEqual } from "node:util";

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** Holds if `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Fails always. */
export function fail(msg?: string): never {
  throw refusal("This is not to be reached", msg);
}

/** Holds if the values are equal, however deep they are. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw refusal(`Not equal${difference(actual, expected)}`, msg);
}

/** Holds if the values are not equal, in whatever depth they differ. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) throw refusal(`Equal: ${show(actual)}`, msg);
}

/** Holds if both are the same value or object (`Object.is`). */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  throw refusal(`Not the same${difference(actual, expected)}`, msg);
}

/** Holds if the numbers differ by `tolerance` at most, by default 1e-7 of a finite `expected`. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance = Number.isFinite(expected) ? Math.abs(expected) * 1e-7 : 0,
  msg?: string,
): void {
  if (Object.is(actual, expected) || Math.abs(actual - expected) <= tolerance) return;
  throw refusal(`${actual} is not within ${tolerance} of ${expected}`, msg);
}

/** Holds if `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw refusal(`Not ${show(actual)} > ${show(expected)}`, msg);
}

/** Holds if `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) throw refusal(`Not ${show(actual)} >= ${show(expected)}`, msg);
}

/** Holds if `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw refusal(`Not ${show(actual)} < ${show(expected)}`, msg);
}

/** Holds if `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) throw refusal(`Not ${show(actual)} <= ${show(expected)}`, msg);
}

/** Holds if the value is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === null || actual === undefined) throw refusal(`Missing: ${actual}`, msg);
}

/** Holds if `actual instanceof expectedType`. */
export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: abstract new (...args: never[]) => T,
  msg?: string,
): asserts actual is T {
  if (actual instanceof expectedType) return;
  throw refusal(`Not an instance of ${expectedType.name}: ${show(actual)}`, msg);
}

/** Holds if the text contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  throw refusal(`${show(expected)} is not in ${show(actual)}`, msg);
}

/** Holds if the text matches the pattern. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) throw refusal(`${expected} does not match ${show(actual)}`, msg);
}

/** Holds if each element of `expected` equals one of `actual`. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
): void {
  const present = Array.from(actual);
  const missing = Array.from(expected).filter((each) => !present.some((one) => equal(one, each)));
  if (missing.length > 0) throw refusal(`${show(missing)} is not in ${show(actual)}`, msg);
}

/** Holds if `fn` throws. Returns what was thrown. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Holds if `fn` throws an error of a class, with a message that contains a text. Returns it. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...wanted: Wanted): unknown {
  try {
    fn();
  } catch (error) {
    return checkError(error, wanted);
  }
  throw refusal("Nothing was thrown", messageIn(wanted));
}

/** Holds if the promise that `fn` returns is rejected. Resolves to the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Holds if it is rejected with an error of a class, with a message that contains a text. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(fn: () => PromiseLike<unknown>, ...wanted: Wanted) {
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
    await promise;
  } catch (error) {
    if (promise !== undefined) return checkError(error, wanted);
    throw refusal(`Thrown, not rejected: ${show(error)}`, messageIn(wanted));
  }
  throw refusal("The promise was not rejected", messageIn(wanted));
}

/** What follows the function: a message alone, or the class, the text and a message. */
type Wanted = [classOrMsg?: ErrorClass<Error> | string, msgIncludes?: string, msg?: string];

function messageIn([classOrMsg, , msg]: Wanted): string | undefined {
  return typeof classOrMsg === "string" ? classOrMsg : msg;
}

function checkError(error: unknown, [errorClass, msgIncludes = "", msg]: Wanted): unknown {
  if (typeof errorClass !== "function") return error;
  assertInstanceOf(error, errorClass, msg);
  assertStringIncludes(error.message, msgIncludes, msg);
  return error;
}

function equal(a: unknown, b: unknown): boolean {
  return a === b || isDeepStrictEqual(a, b);
}

function refusal(what: string, msg?: string): AssertionError {
  return new AssertionError(msg ? `${msg}: ${what}` : what);
}

function show(value: unknown): string {
  return inspect(value, { depth: 10 });
}

/** Where two values first differ, shown with one element or property a line. */
function difference(actual: unknown, expected: unknown): string {
  const form = { compact: false, depth: Infinity, maxArrayLength: Infinity, sorted: true };
  const a = inspect(actual, form).split("\n");
  const b = inspect(expected, form).split("\n");
  const line = Math.max(0, a.findIndex((text, i) => text !== b[i]));
  return [
    `, first in line ${line + 1} as printed:`,
    ...a.slice(Math.max(0, line - 3), line).map((text) => `  ${text}`),
    ...a.slice(line, line + 20).map((text) => `- actual   ${text}`),
    ...b.slice(line, line + 20).map((text) => `+ expected ${text}`),
  ].join("\n");
}
