import type { ClockSample } from "./clock_questions.ts";

/** A sensor that has been welcomed on a connection. */
export interface ArrivedSensor {
  /** The name that it has here. */
  readonly name: string;
  readonly key: Uint8Array;
  readonly session: bigint;
  /** Where it is connected from, fit for a line of the log. */
  readonly from: string;
}

/** One connection of a sensor, from its welcome to its end. */
export interface SensorVisit {
  /** It has told its time. */
  clock(sample: ClockSample): void;
  /** It is over. @param isOver Whether its sensor has said that the session is. */
  left(isOver: boolean): void;
}

/** Who wants to know which sensors are there. */
export interface SessionWatch {
  came(sensor: ArrivedSensor): SensorVisit;
  /** Somebody has used a number of a session for another batch: it has two senders. */
  forked(sensor: ArrivedSensor): void;
}
