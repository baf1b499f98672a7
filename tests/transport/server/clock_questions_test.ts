import { assertEquals } from "@std/assert";
import { ClockQuestions } from "../../../lib/transport/server/clock_questions.ts";

Deno.test("ten questions come a second apart, then one each 25 s; none before the last is answered", () => {
  const questions = new ClockQuestions();
  const asked: number[] = [];
  for (let nowMs = 0; nowMs <= 300_000; nowMs += 500) {
    if (nowMs > 250_000 || !questions.isDue(nowMs)) continue;
    asked.push(nowMs / 1000);
    questions.ask(nowMs);
    if (asked.length < 15) questions.answer(0n, 0, nowMs + 1);
  }
  assertEquals(asked, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 34, 59, 84, 109, 134]);
});

Deno.test("an answer is taken for one that was given halfway; one without a question is none", () => {
  const questions = new ClockQuestions();
  assertEquals(questions.answer(0n, 0, 0), undefined);
  questions.ask(1_000);
  // The sensor's clock was 12:00:10, and 400 ms after the question the collector's is 12:00:05.
  const [theirs, ours] = [Date.UTC(2026, 1, 1, 12, 0, 10), Date.UTC(2026, 1, 1, 12, 0, 5)];
  assertEquals(questions.answer(BigInt(theirs) * 1_000_000n, ours, 1_400), {
    offsetMs: 5_200,
    roundTripMs: 400,
  });
  assertEquals(questions.answer(0n, 0, 1_500), undefined, "it has been answered");
});
