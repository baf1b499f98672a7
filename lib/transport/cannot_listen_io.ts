import { ConfigError, messageOf } from "../base/errors.ts";
import { type Address, formatAddress } from "./address.ts";

/**
 * The error for an address that cannot be listened on: `address-in-use`, or `address` when it is not one
 * of this machine.
 *
 * @param attempt What was tried, as in `listen on`.
 */
export function cannotListen(attempt: string, address: Address, cause: unknown): ConfigError {
  const isInUse = cause instanceof Deno.errors.AddrInUse;
  const why = isInUse ? "another program uses that port" : messageOf(cause);
  return new ConfigError(
    isInUse ? "address-in-use" : "address",
    `Cannot ${attempt} ${formatAddress(address)}: ${why}`,
    { cause },
  );
}
