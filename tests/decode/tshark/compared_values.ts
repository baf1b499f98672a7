/** Counts what was compared with tshark, by record type. */
import { assertEquals } from "@std/assert";

export class ComparedValues {
  readonly #byType = new Map<string, { frames: number; values: number }>();

  #excused = 0;

  constructor(types: readonly string[]) {
    for (const type of types) this.#byType.set(type, { frames: 0, values: 0 });
  }

  /** Counts one frame with that many values of the type. */
  add(type: string, values: number): void {
    const counts = this.#byType.get(type)!;
    counts.frames++;
    counts.values += values;
  }

  /** Counts a header of which there is no record, for a reason that holds for tshark, too. */
  excuse(): void {
    this.#excused++;
  }

  print(): void {
    for (const [type, { frames, values }] of this.#byType) {
      console.log(`${type.padEnd(32)} ${values} values of ${frames} frames`);
    }
    if (this.#excused === 0) return;
    console.log(`${this.#excused} headers without a record are cut, incomplete or malformed`);
  }

  /** Asserts that every type has a floor, and that as many values of it were compared. */
  assertAtLeast(floors: Readonly<Record<string, number>>): void {
    const tooFew = [...this.#byType]
      .filter(([type, { values }]) => !(values >= floors[type]!))
      .map(([type, { values }]) => `${type}: ${values}, floor ${floors[type] ?? "missing"}`);
    assertEquals(tooFew, []);
  }
}
