import { randomFractions } from "../base/random_numbers.ts";
import { type Event, Simulation } from "./session_simulation.ts";

const EVENTS: readonly Event[] = ["cut", "crash collector", "crash sensor"];

function withSeed(seed: number, run: () => void): void {
  try {
    run();
  } catch (cause) {
    throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

Deno.test("whatever dies at whatever step of a short run, what was acknowledged is stored once", () => {
  const steps = 400;
  for (const event of EVENTS) {
    for (let at = 0; at < steps; at++) {
      withSeed(at, () => {
        const simulation = new Simulation(7);
        for (let step = 0; step < steps; step++) {
          if (step === at) simulation.happen(event);
          simulation.step();
        }
        simulation.finish();
        simulation.checkCopies();
      });
    }
  }
});

Deno.test("both ends die at random moments of long runs, and what was acknowledged is stored once", () => {
  let settled = 0;
  let dropped = 0;
  for (let seed = 1; seed <= 40; seed++) {
    withSeed(seed, () => {
      const simulation = new Simulation(seed);
      const random = randomFractions(seed + 1000);
      for (let step = 0; step < 50_000; step++) {
        const chance = random();
        if (chance < 0.0003) simulation.happen("crash sensor");
        else if (chance < 0.001) simulation.happen("crash collector");
        simulation.step();
      }
      simulation.finish();
      simulation.checkCopies();
      settled += simulation.settled.size;
      dropped += simulation.dropped.size;
    });
  }
  if (settled < 50_000 || dropped < 1000) throw new Error(`${settled} settled, ${dropped} dropped`);
});
