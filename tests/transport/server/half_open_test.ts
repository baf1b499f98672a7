import { assertEquals } from "@std/assert";
import { HalfOpen } from "../../../lib/transport/server/half_open.ts";

Deno.test("above the limit the oldest half-open connection of the busiest source goes", () => {
  const open = new HalfOpen<string>(4);
  assertEquals(open.add("friend", "192.0.2.1"), undefined);
  for (const [index, host] of ["198.51.100.1", "198.51.100.2", "198.51.100.3"].entries()) {
    assertEquals(open.add(`flood ${index}`, host), undefined);
  }
  assertEquals(open.add("flood 3", "198.51.100.4"), "flood 0");
  assertEquals(open.add("newest", "203.0.113.5"), "flood 1");
  open.remove("friend");
  open.remove("flood 0");
  assertEquals(open.size, 3);
});

Deno.test("IPv6 sources are told apart by their first 64 bits, mapped ones like IPv4", () => {
  for (
    const [one, two, isSame] of [
      ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true],
      ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
      ["2001:db8::1", "2001:db8:0:0:5::1", true],
      ["::ffff:192.0.2.1", "::ffff:192.0.2.200", true],
      ["::ffff:192.0.2.1", "::ffff:192.0.3.1", false],
    ] as const
  ) {
    const open = new HalfOpen<string>(2);
    open.add("one", one);
    open.add("two", two);
    // The one that goes is of the larger group; with two groups of one, the first.
    assertEquals(open.add("three", two), isSame ? "one" : "two", `${one} ${two}`);
  }
});
