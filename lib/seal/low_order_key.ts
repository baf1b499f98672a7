import { KeyFileError } from "../base/errors.ts";

/** For a collector's key with which everybody could read (RFC 7748, section 6.1). */
export function lowOrderKey(): KeyFileError {
  return new KeyFileError(
    "malformed",
    "Cannot use the public key of the collector: it is a point of low order, with which anybody could read",
  );
}
