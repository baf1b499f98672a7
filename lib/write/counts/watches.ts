import type { PackedRecords } from "../../pack/member.ts";
import type { ArrivedSensor, SensorVisit } from "../../transport/server/session_watch.ts";
import type { SensorWatch } from "../sensor_watch.ts";

/** Several who want to know of sensors, each told the same. */
export class Watches implements SensorWatch {
  readonly #all: readonly SensorWatch[];

  constructor(all: readonly SensorWatch[]) {
    this.#all = all;
  }

  came(sensor: ArrivedSensor): SensorVisit {
    const visits = this.#all.map((each) => each.came(sensor));
    return {
      clock: (sample) => visits.forEach((each) => each.clock(sample)),
      left: (isOver) => visits.forEach((each) => each.left(isOver)),
    };
  }

  forked(sensor: ArrivedSensor): void {
    for (const each of this.#all) each.forked(sensor);
  }

  rows(client: string, rows: PackedRecords): void {
    for (const each of this.#all) each.rows(client, rows);
  }
}
