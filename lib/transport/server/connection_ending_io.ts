import type { Log } from "../../base/program/log_io.ts";
import type { ChannelMessage } from "../../seal/channel_message.ts";
import { turnedAway } from "../session/rejection_words.ts";
import type { Hello } from "../session/session_message.ts";
import type { Admitted } from "./session_host.ts";
import type { ArrivedSensor } from "./session_watch.ts";

/** Why a connection ends: what is said to the sensor, and to the log. */
export interface Ending {
  readonly message?: ChannelMessage;
  /** Nothing when the session is over and all of it stored. */
  readonly why?: string;
  /** What would have been right, for the log. */
  readonly hint?: string;
  /** Its name, if that was revoked. */
  readonly revoked?: string | undefined;
}

/** A sensor that has proved who it is and may send. */
export interface ConnectedSensor extends Admitted, ArrivedSensor {
  readonly hello: Hello;
  /** The name, fit for a line of the log. */
  readonly shownName: string;
}

/** Tells the log that a connection ends. @param key Of the other end, where that has told it. */
export function sayEnding(
  { why, hint, revoked }: Ending,
  { from, key, sensor }: {
    readonly from: string;
    readonly key: Uint8Array | undefined;
    readonly sensor: ConnectedSensor | undefined;
  },
  log: Log,
): void {
  if (!sensor) {
    if (why !== undefined) log.problem(...turnedAway(from, why, { key, hint, revoked }));
    return;
  }
  const text = `${sensor.shownName} has disconnected, from ${from}`;
  const about = { sensor: sensor.name };
  if (why === undefined) log.line(`${text}: all that it sent is stored`, about);
  else log.problem(`gone ${sensor.name}`, `${text}: ${why}`, about);
}
