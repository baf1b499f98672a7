/**
 * The errors that the environment causes. Bytes from the other side never become exceptions: they
 * are refused by value and counted.
 */
import { systemWords } from "./system_words.ts";

/** Root of every error that Farcap throws on purpose; `message` is one line fit for a terminal. */
export class FarcapError<Code extends string = string> extends Error {
  /** The name of the class, as in every error. */
  override name = "FarcapError";
  /** What happened, for programs: one of the codes of the subclass. */
  readonly code: Code;

  /** Made with one line: what was tried, what is the case, what is wanted. */
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A capture source cannot be opened, or breaks off. */
export class CaptureError extends FarcapError<
  | "not-found"
  | "not-permitted"
  | "not-a-capture"
  | "broken"
  | "link-type"
  | "read-failed"
  | "library"
  | "interface"
  | "interface-away"
  | "filter"
> {
  /** `CaptureError`. */
  override name = "CaptureError";
}

/** A key file cannot be read, written or understood. */
export class KeyFileError extends FarcapError<
  "not-found" | "not-permitted" | "malformed" | "exists" | "write-failed"
> {
  /** `KeyFileError`. */
  override name = "KeyFileError";
}

/** Records did not reach the collector's disk, or it is not known that they did. */
export class SendError extends FarcapError<"not-connected" | "unacknowledged" | "refused"> {
  /** `SendError`. */
  override name = "SendError";
}

/** What was asked for cannot be done: an address in use, a column that does not exist. */
export class ConfigError extends FarcapError<
  "usage" | "address" | "address-in-use" | "not-permitted" | "roster" | "udp"
> {
  /** `ConfigError`. */
  override name = "ConfigError";
}

/** The record store cannot be written or read. */
export class StoreError extends FarcapError<
  | "locked"
  | "disk-full"
  | "write-failed"
  | "sync-failed"
  | "newer-version"
  | "read-failed"
  | "not-a-record-file"
  | "damaged"
  | "other-type"
> {
  /** `StoreError`. */
  override name = "StoreError";
}

/** The words of whatever was thrown, our own for what the system or Deno refused. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return systemWords(thrown) ?? thrown.message;
}
