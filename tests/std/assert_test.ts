/**
 * The stand-in keeps what `@std/assert` documents: test names quote its contract (denoland/std,
 * assert/). A failure's words are ours; the tests ask of them only that they name what differs.
 */
import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";

/** The checker of these tests: written without any of the functions under test. */
function refused(assertion: () => unknown, ...parts: string[]): void {
  try {
    assertion();
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    const missing = parts.filter((part) => !error.message.includes(part));
    if (missing.length === 0) return;
    throw new Error(`"${error.message}" does not say ${missing.map((part) => `"${part}"`)}`);
  }
  throw new Error(`${assertion} should have been refused`);
}

Deno.test("AssertionError is an error with a name and a cause", () => {
  const error = new AssertionError("no", { cause: 1 });
  assert(error instanceof Error);
  assertEquals([error.name, error.message, error.cause], ["AssertionError", "no", 1]);
});

Deno.test('assert refuses what is not "truthy"', () => {
  assert("hello".includes("ello"));
  for (const falsy of [false, 0, "", null, undefined, NaN]) refused(() => assert(falsy));
  refused(() => assert(false, "why"), "why");
});

Deno.test("fail throws, whatever is given", () => {
  refused(() => fail("why"), "why");
  refused(() => fail());
});

Deno.test('assertEquals: "equal, deeply"', () => {
  const equal: [unknown, unknown][] = [
    ["world", "world"],
    [0, -0],
    [NaN, NaN],
    [{ a: [1, { b: 2n }] }, { a: [1, { b: 2n }] }],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [new Float64Array([NaN, 0]), new Float64Array([NaN, 0])],
    [new Uint8Array([1]).buffer, new Uint8Array([1]).buffer],
    [new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]])],
    [new Map([[{ a: 1 }, "x"]]), new Map([[{ a: 1 }, "x"]])],
    [new Set([1, 2]), new Set([2, 1])],
    [new Set([{ a: 1 }]), new Set([{ a: 1 }])],
    [new Date(0), new Date(0)],
    [new Date(NaN), new Date(NaN)],
    [/a/g, /a/g],
    [new URL("https://a.example/"), new URL("https://a.example/")],
  ];
  for (const [actual, expected] of equal) assertEquals(actual, expected);

  const different: [unknown, unknown][] = [
    ["hello", "world"],
    [1, 1n],
    [1, "1"],
    [null, undefined],
    [null, {}],
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }],
    [{ a: 1 }, { a: 1, b: undefined }],
    [[1, 2], [1, 2, 3]],
    [[undefined], new Array(1)],
    [[], {}],
    [new Uint8Array([1, 2]), new Uint8Array([1, 3])],
    [new Uint8Array([1]), new Uint8Array([1, 0])],
    [new Uint8Array([1]), [1]],
    [new Uint8Array([1]), new Int8Array([1])],
    [new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
    [new Map([["a", 1]]), new Map([["a", 2]])],
    [new Map([["a", undefined]]), new Map([["b", undefined]])],
    [new Set([1, 2]), new Set([1, 3])],
    [new Date(0), new Date(1)],
    [/a/g, /a/i],
    [new URL("https://a.example/"), new URL("https://b.example/")],
    [new Error("a"), new Error("b")],
    [new Error("a"), new TypeError("a")],
    [() => 1, () => 1],
    [Symbol("a"), Symbol("a")],
  ];
  for (const [actual, expected] of different) refused(() => assertEquals(actual, expected));
});

Deno.test("assertEquals shows where long values differ, and only there", () => {
  const actual = new Uint8Array(100_000);
  const expected = actual.slice();
  actual[77_777] = 12;
  expected[77_777] = 34;
  refused(() => assertEquals(actual, expected, "why"), "why", "12", "34");
  const error = assertThrows(() => assertEquals(actual, expected), AssertionError);
  assertLess(error.message.length, 1000);
});

Deno.test("assertEquals ends on objects that contain themselves", () => {
  const loop = (value: number) => {
    const object: Record<string, unknown> = { value };
    object.self = object;
    return object;
  };
  assertEquals(loop(1), loop(1));
  refused(() => assertEquals(loop(1), loop(2)));
});

Deno.test('assertNotEquals: "not equal, deeply"', () => {
  assertNotEquals<unknown>(1, 2);
  refused(() => assertNotEquals({ a: [1] }, { a: [1] }), "a: [ 1 ]");
});

Deno.test('assertStrictEquals: "strictly equal", by Object.is', () => {
  const a = {};
  assertStrictEquals(a, a);
  assertStrictEquals(NaN, NaN);
  refused(() => assertStrictEquals({}, {}));
  refused(() => assertStrictEquals(0, -0, "why"), "why", "-0");
});

Deno.test('assertAlmostEquals tolerates "one hundred thousandth of a percent" by default', () => {
  assertAlmostEquals(1.000000001e-8, 1.000000002e-8);
  assertAlmostEquals(0.01, 0.02, 0.1);
  assertAlmostEquals(0.1 + 0.2, 0.3, 1e-16);
  assertAlmostEquals(Infinity, Infinity);
  refused(() => assertAlmostEquals(0.01, 0.02));
  refused(() => assertAlmostEquals(1e-8, 1e-9));
  refused(() => assertAlmostEquals(0.1 + 0.2, 0.3, 1e-17));
  refused(() => assertAlmostEquals(NaN, 1));
  refused(() => assertAlmostEquals(1, Infinity));
  refused(() => assertAlmostEquals(-Infinity, Infinity));
});

Deno.test('assertGreater: "greater than"', () => {
  assertGreater(2, 1);
  refused(() => assertGreater(1, 1), "1 > 1");
  refused(() => assertGreater(0, 1, "why"), "why");
});

Deno.test('assertGreaterOrEqual: "greater than or equal to"', () => {
  assertGreaterOrEqual(2n, 1n);
  assertGreaterOrEqual(1, 1);
  refused(() => assertGreaterOrEqual(0, 1), "0 >= 1");
});

Deno.test('assertLess: "less than"', () => {
  assertLess(1, 2);
  refused(() => assertLess(2, 2), "2 < 2");
});

Deno.test('assertLessOrEqual: "less than or equal to"', () => {
  assertLessOrEqual(1, 2);
  assertLessOrEqual(1, 1);
  refused(() => assertLessOrEqual(NaN, 0));
});

Deno.test('assertExists: "not null or undefined"', () => {
  for (const value of ["something", 0, false, ""]) assertExists(value);
  refused(() => assertExists(undefined));
  refused(() => assertExists(null, "why"), "why");
});

Deno.test('assertInstanceOf: "an instance of"', () => {
  const value: unknown = new Date(0);
  assertInstanceOf(value, Date);
  assertEquals(value.getTime(), 0); // narrowed by the assertion
  refused(() => assertInstanceOf(new RangeError("far"), Number), "Number", "RangeError: far");
  refused(() => assertInstanceOf(null, Date), "Date", "null");
});

Deno.test('assertStringIncludes: "actual includes expected"', () => {
  assertStringIncludes("Hello", "ello");
  refused(() => assertStringIncludes("Hello", "world"), "Hello", "world");
});

Deno.test("assertMatch matches a RegExp", () => {
  assertMatch("Raptor", /Raptor/);
  refused(() => assertMatch("Denosaurus", /Raptor/), "/Raptor/", "Denosaurus");
});

Deno.test('assertArrayIncludes: "contains all values in `expected`", which are compared deeply', () => {
  assertArrayIncludes([1, 2, 3], [2, 3]);
  assertArrayIncludes([{ a: 1 }, { b: 2 }], [{ a: 1 }]);
  refused(() => assertArrayIncludes([1, 2, 3], [4, 2]), "[ 4 ]");
});

Deno.test('assertThrows takes "an error class and a string" to find in the message, too', () => {
  const hello = () => {
    throw new TypeError("hello world!");
  };
  const error = assertThrows(hello, TypeError, "hello");
  assertEquals(error.message, "hello world!");
  assertThrows(hello);
  assertThrows(hello, Error);
  refused(() => assertThrows(() => {}));
  refused(() => assertThrows(() => {}, "why"), "why");
  refused(() => assertThrows(hello, RangeError), "RangeError", "TypeError: hello world!");
  refused(() => assertThrows(hello, TypeError, "bye"), "bye", "hello world!");
  const text = () => {
    throw "text";
  };
  assertEquals(assertThrows(text), "text");
  refused(() => assertThrows(text, Error), "text");
});

Deno.test('assertRejects executes a function that returns a promise, "expecting it to reject"', async () => {
  const error = await assertRejects(() => Promise.reject(new RangeError("far")), RangeError, "far");
  assertEquals(error.message, "far");
  assertEquals(await assertRejects(() => Promise.reject(1)), 1);

  const refusedLater = async (promise: Promise<unknown>, ...parts: string[]) => {
    const [outcome] = await Promise.allSettled([promise]);
    refused(() => {
      if (outcome.status === "rejected") throw outcome.reason;
    }, ...parts);
  };
  await refusedLater(assertRejects(() => Promise.resolve(1), "why"), "why");
  await refusedLater(
    assertRejects(() => Promise.reject(new Error("a")), SyntaxError),
    "SyntaxError",
    "Error: a",
  );
  await refusedLater(
    assertRejects(() => {
      throw new Error("too early");
    }),
    "too early",
  );
});
