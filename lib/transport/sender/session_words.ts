/** What a sensor says of its session. */
import { counted } from "../../base/text/counted.ts";
import { messageOf, SendError } from "../../base/errors.ts";
import { printable } from "../../base/text/printable.ts";
import { typeName } from "../../base/record/record_types.ts";
import type { BatchPart } from "../../pack/packed_batch.ts";
import { type Address, formatAddress } from "../address.ts";
import { rejectionHint, rejectionWords } from "../session/rejection_words.ts";
import { FIRST_SCHEMA } from "../session/session_message.ts";
import type { SenderStep } from "./sender_step.ts";
import type { SessionSender } from "./session_sender.ts";
import { SAY_STALLED_MS } from "./stall.ts";
import { takesCompact } from "./takes_compact.ts";

/** When the clocks of both ends differ by more, that is said. */
const SAY_CLOCK_MS = 60_000;

/** Why a connection ended that is tried again at once: with the first schema, or with other keys. */
export const OLDER = "the collector is older";
export const REKEYED = "the keys of this sensor have changed";

/** Why a connection ends with what the collector has said; undefined when it goes on. */
export function endOf(step: SenderStep): string | undefined {
  switch (step.kind) {
    case "bye":
      return "the collector ends";
    case "moved":
      return "it stores somewhere else now: a new session begins";
    case "blocked":
      return "it takes no sealed batches: a new session begins";
    case "older":
      return OLDER;
    case "violation":
      return `the collector sent ${step.what}`;
    default:
      return undefined;
  }
}

/** Why the collector has rejected a connection, and what would let this sensor send. */
export function rejectedWords(reason: number, key: Uint8Array, name: string): string {
  return rejectionWords(reason) + rejectionHint(reason, key, name);
}

export function notConnectedTo(collector: Address): string {
  return `Not connected to the collector ${formatAddress(collector)}`;
}

/** Who is told: a log. */
interface Told {
  line(text: string): void;
  detail(text: string): void;
  problem(reason: string, text: string): void;
}

/** Says what a welcome tells. @param name The one that the sensor would like. */
export function sayWelcome(
  { collector, name, wantsCompact, log }: {
    collector: Address;
    name: string;
    wantsCompact?: boolean;
    log: Told;
  },
  sender: Pick<SessionSender, "name" | "schema" | "values">,
  nowMs: number,
): void {
  const { values, schema } = sender;
  log.line(connectedLine(collector, name, sender.name));
  if (schema === FIRST_SCHEMA) log.detail("the collector is older: the session has schema 1");
  if (wantsCompact && !takesCompact(values)) {
    log.line("it takes no compact batches: records are sent");
  }
  const clock = values && clockLine(nowMs - Number(values.time / 1_000_000n));
  if (clock !== undefined) log.problem("clock", clock);
}

/** @param granted The name that the sensor has at the collector. */
function connectedLine(collector: Address, wanted: string, granted: string): string {
  const instead = granted === wanted ? "" : `, its name there, and not as ${printable(wanted)}`;
  return `connected to ${formatAddress(collector)} as ${printable(granted)}${instead}`;
}

/** Undefined while the clocks are close. @param aheadMs How far the sensor's is ahead. */
function clockLine(aheadMs: number): string | undefined {
  if (Math.abs(aheadMs) < SAY_CLOCK_MS) return undefined;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const way = aheadMs > 0 ? "ahead of" : "behind";
  return `The clock here is ${seconds} s ${way} the collector's`;
}

/** Of a collector that acknowledges nothing of so many bytes. */
export function stalledLine(collector: Address, bytes: number): string {
  return `The collector ${formatAddress(collector)} has acknowledged nothing for ` +
    `${SAY_STALLED_MS / 1000} s: ${bytes} bytes wait for it`;
}

/** Says that the collector does not take a batch. */
export function sayRefused(
  log: Told,
  { parts }: { readonly parts: readonly BatchPart[] },
  why: "unwanted" | "too large",
): void {
  const names = parts.map(({ type }) => typeName(type)).join(", ");
  if (why === "unwanted") log.detail(`the collector does not want records of type ${names}`);
  else log.problem(why, `A batch of type ${names} is larger than the collector takes`);
}

/** Says why there is no connection, and for how long. */
export function sayNotConnected(log: Told, to: Address, why: string, words: string): void {
  log.problem(`connection: ${why}`, `${notConnectedTo(to)}${words}`);
}

/** Why a connection has ended, by what was thrown. */
export function wordsOf(error: unknown): string {
  return messageOf(error) || "the connection broke off";
}

/** Why a session has failed at its end; undefined when it has not. */
export function unacknowledged(records: number, hasConnected: boolean): SendError | undefined {
  if (records === 0) return undefined;
  const what = `${counted(records, "record")} ${records === 1 ? "was" : "were"} not acknowledged`;
  return hasConnected
    ? new SendError("unacknowledged", `${what}: whether the collector has any is not known`)
    : new SendError("not-connected", `${what}: none was sent, since there was no connection`);
}
