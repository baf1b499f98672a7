/** Counts what was compared with tshark, by record type. */
import { assertEquals } from "@std/assert";
import { FLOORS } from "./floors.ts";

export class ComparedValues {
  readonly #byType = new Map<string, { frames: number; values: number }>();

  constructor(types: readonly string[]) {
    for (const type of types) this.#byType.set(type, { frames: 0, values: 0 });
  }

  /** Counts one frame with that many values of the type. */
  add(type: string, values: number): void {
    const counts = this.#byType.get(type)!;
    counts.frames++;
    counts.values += values;
  }

  print(): void {
    for (const [type, { frames, values }] of this.#byType) {
      console.log(`${type.padEnd(32)} ${values} values of ${frames} frames`);
    }
  }

  /** Asserts that every type has a floor, and that as much was compared. */
  assertFloors(): void {
    const tooFew = [...this.#byType]
      .filter(([type, { values }]) => !(values >= FLOORS[type]!))
      .map(([type, { values }]) => `${type}: ${values}, floor ${FLOORS[type] ?? "missing"}`);
    assertEquals(tooFew, []);
  }
}
