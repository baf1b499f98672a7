/** How a thread's time is shared out between names. */
import { assert, assertEquals } from "@std/assert";
import { FairTurns } from "../../../lib/transport/server/fair_turns.ts";

/** A thread with a clock of its own on which names work one after another. */
class Thread {
  readonly #turns = new FairTurns();
  nowMs = 0;
  /** Time that each name has had. */
  readonly had = new Map<string, number>();

  /** Adds work of so many ms. */
  add(name: string, tookMs: number): void {
    this.#turns.add({ name, work: () => this.nowMs += tookMs });
  }

  /** Does work until that time; `onIdle` may add some whenever nobody's turn it is. */
  runUntil(endMs: number, onTurn: (name: string) => void = () => {}): void {
    while (this.nowMs < endMs) {
      const next = this.#turns.next(this.nowMs);
      if (typeof next === "number") {
        this.nowMs = Math.min(endMs, this.nowMs + next);
        continue;
      }
      const beganMs = this.nowMs;
      next.work();
      this.#turns.worked(next.name, beganMs, this.nowMs);
      this.had.set(next.name, (this.had.get(next.name) ?? 0) + this.nowMs - beganMs);
      onTurn(next.name);
    }
  }
}

Deno.test("two names have half of the time each, however long the work of one and however much of it waits", () => {
  const thread = new Thread();
  for (let n = 0; n < 400; n++) thread.add("liar", 25);
  for (let n = 0; n < 10_000; n++) thread.add("honest", 1);
  thread.runUntil(5000);
  const [honest, liar] = [thread.had.get("honest")!, thread.had.get("liar")!];
  assert(Math.abs(honest - liar) <= 2 * 25, `${honest} ms and ${liar} ms`);
});

Deno.test("who has something to do at once after each turn, and never two things, has half too", () => {
  const thread = new Thread();
  for (let n = 0; n < 400; n++) thread.add("liar", 25);
  thread.add("honest", 1);
  thread.runUntil(5000, (name) => name === "honest" && thread.add("honest", 1));
  assert(thread.had.get("honest")! >= 0.45 * 5000, `${thread.had.get("honest")} ms`);
});

Deno.test("beside one that has worked shortly before, a name that has had more pauses as long as it worked", () => {
  const turns = new FairTurns();
  turns.worked("honest", 0, 1);
  turns.worked("liar", 1, 26);
  turns.add({ name: "liar", work: () => {} });
  assertEquals(turns.next(26), 25);
  assertEquals(turns.next(40), 11);
  assert(turns.isFree("honest", 26) === false, "something waits");
  turns.add({ name: "honest", work: () => {} });
  const next = turns.next(40);
  assert(typeof next === "object" && next.name === "honest");
  assertEquals(typeof turns.next(51), "object");
});

Deno.test("alone, or beside those that have been silent, nobody pauses", () => {
  const turns = new FairTurns();
  turns.worked("early", 0, 5);
  turns.worked("busy", 1000, 1040);
  assert(turns.isFree("busy", 1040));
  turns.add({ name: "busy", work: () => {} });
  assertEquals(typeof turns.next(1040), "object");
  assertEquals(turns.next(1040), Infinity);
});

Deno.test("who comes anew has no more than its share, whatever it had not used", () => {
  const thread = new Thread();
  for (let n = 0; n < 100; n++) thread.add("steady", 10);
  thread.runUntil(500);
  for (let n = 0; n < 100; n++) thread.add("late", 10);
  const before = thread.had.get("steady")!;
  thread.runUntil(900);
  const [late, steady] = [thread.had.get("late")!, thread.had.get("steady")! - before];
  assert(Math.abs(late - steady) <= 20, `${late} ms and ${steady} ms`);
});
