import { DURATION_QUANTITY } from "../arguments/quantity.ts";
import type { IdleSeconds } from "./follow_options.ts";

const PROTOCOLS: readonly string[] = ["tcp", "udp", "icmp"];

/**
 * What `-conn-timeout` says: `tcp=5m,udp=1m,icmp=10s`, those that are not named as by default, or one time
 * for all. Undefined for what is none.
 */
export function parseIdleSeconds(text: string, otherwise: IdleSeconds): IdleSeconds | undefined {
  const one = secondsOf(text);
  if (one !== undefined) return { tcp: one, udp: one, icmp: one };
  const found: Record<string, number> = {};
  for (const part of text.split(",")) {
    const [protocol = "", time = ""] = part.split("=").map((each) => each.trim());
    const seconds = secondsOf(time);
    if (!PROTOCOLS.includes(protocol) || seconds === undefined) return undefined;
    found[protocol] = seconds;
  }
  return { ...otherwise, ...found };
}

function secondsOf(text: string): number | undefined {
  const ms = DURATION_QUANTITY.parse(text);
  return ms === undefined || ms <= 0 ? undefined : ms / 1000;
}
