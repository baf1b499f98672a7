import { assertEquals } from "@std/assert";
import { MessageClock } from "../../../lib/transport/server/message_clock.ts";

Deno.test("a message that has begun may take as long as it goes on, and 10 s when it does not", () => {
  const clock = new MessageClock();
  for (let second = 0; second < 60; second++) {
    assertEquals(clock.isLate(true, second * 4096, 0, second * 1000), false);
  }
  const bytes = 59 * 4096 + 4095; // a trickle is as good as nothing
  for (let second = 60; second < 69; second++) {
    assertEquals(clock.isLate(true, bytes, 0, second * 1000), false, `${second} s`);
  }
  assertEquals(clock.isLate(true, bytes, 0, 70_000), true);
});

Deno.test("who is between messages, or brings one after another, is never late", () => {
  const clock = new MessageClock();
  for (let second = 0; second < 60; second++) {
    assertEquals(clock.isLate(false, 10, 1, second * 1000), false);
  }
  for (let second = 60; second < 120; second++) {
    assertEquals(clock.isLate(true, 10 + second, second, second * 1000), false);
  }
});
