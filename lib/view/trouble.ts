import { rateText } from "./numbers.ts";
import type { Look } from "./screen.ts";

/** How a sensor fares, in a word or two. */
export interface Trouble {
  /** The worse, the higher. */
  readonly trouble: number;
  readonly state: string;
  readonly look: Look;
}

/** What tells how a sensor fares. */
export interface Signs {
  readonly isConnected: boolean;
  /** Whether it has ended in order. */
  readonly hasEnded: boolean;
  /** What it loses a second. */
  readonly losing: number;
  /** Kinds of alarms that stand. */
  readonly alarms: readonly string[];
  readonly spools: boolean;
}

/** What is the matter with a sensor: what it loses, and its alarms, are worse than that it is away. */
export function troubleOf(
  { isConnected, hasEnded, losing, alarms, spools }: Signs,
): Trouble {
  const worst = [...losing > 0 ? [`loses ${rateText(losing)}`] : [], ...alarms];
  if (worst.length > 0) return { trouble: 3 + worst.length, state: worst.join(", "), look: "bad" };
  if (isConnected) {
    return spools
      ? { trouble: 2, state: "spools", look: "plain" }
      : { trouble: 1, state: "connected", look: "good" };
  }
  return hasEnded
    ? { trouble: 0, state: "ended", look: "dim" }
    : { trouble: 3, state: "away", look: "bad" };
}
