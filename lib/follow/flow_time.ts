import { type SensorKernel, State } from "./sensor_kernel.ts";

/**
 * How much time has passed, in seconds, by which connections are idle. Of files it is the packets' own:
 * what is out of order does not count, and a clock that is set back goes on from there. Live it is the
 * steady clock that {@linkcode FlowTime.tick} tells.
 */
export class FlowTime {
  readonly #kernel: SensorKernel;

  constructor(kernel: SensorKernel) {
    this.#kernel = kernel;
    kernel.state[State.Latest] = kernel.state[State.TickedAt] = NaN;
  }

  get now(): number {
    return this.#kernel.state[State.Now]!;
  }

  /** How often a clock was set back. */
  get jumpsBack(): number {
    return this.#kernel.state[State.JumpsBack]!;
  }

  /** A packet of that time has come; the same one may be told again. */
  packet(sec: number, nsec: number): void {
    this.#kernel.exports.packetTime(sec, nsec);
  }

  /** It is so late by a steady clock, in seconds; packets' times do not count from now on. */
  tick(seconds: number): void {
    const { state } = this.#kernel;
    const passed = seconds - state[State.TickedAt]!;
    if (passed > 0) state[State.Now]! += passed;
    state[State.TickedAt] = seconds;
  }
}
