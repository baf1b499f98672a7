import { ConfigError, messageOf } from "../base/errors.ts";
import { type Address, formatAddress } from "./address.ts";

/** From here on every program may listen. */
const FREE_PORT = 1024;

/**
 * The error for an address that cannot be listened on: `address-in-use`, or `address` when it is not one
 * of this machine.
 *
 * @param attempt What was tried, as in `listen on`.
 */
export function cannotListen(attempt: string, address: Address, cause: unknown): ConfigError {
  const isInUse = cause instanceof Deno.errors.AddrInUse;
  const isReserved = cause instanceof Deno.errors.PermissionDenied && address.port < FREE_PORT;
  const wanted = isReserved ? `; wanted: a port from ${FREE_PORT}, or CAP_NET_BIND_SERVICE` : "";
  return new ConfigError(
    isInUse ? "address-in-use" : "address",
    `Cannot ${attempt} ${formatAddress(address)}: ${messageOf(cause)}${wanted}`,
    { cause },
  );
}
