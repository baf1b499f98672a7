import { ConfigError } from "../base/errors.ts";
import { type Address, formatAddress } from "./address.ts";

/** Where a sensor's socket for datagrams to that IP address is bound: to any address. */
export function localHostFor(address: string): "::" | "0.0.0.0" {
  return address.includes(":") ? "::" : "0.0.0.0";
}

/**
 * Checks that Deno allows connections to a collector, asking on a terminal.
 *
 * @param addresses The IP addresses of its host.
 * @throws ConfigError `not-permitted` when it does not, with all that is needed.
 */
export async function requireNet(to: Address, addresses: readonly string[]): Promise<void> {
  const hosts = new Set(addresses.flatMap((hostname) => [
    formatAddress({ hostname: localHostFor(hostname), port: 0 }),
    formatAddress({ hostname, port: to.port }),
  ]));
  for (const host of hosts) {
    const { state } = await Deno.permissions.request({ name: "net", host });
    if (state === "granted") continue;
    const names = addresses.includes(to.hostname) ? [] : [to.hostname];
    throw new ConfigError(
      "not-permitted",
      `Cannot connect to the collector ${formatAddress(to)}: Deno does not permit "${host}"; ` +
        `wanted: --allow-net=${[...names, ...hosts].join(",")}`,
    );
  }
}
