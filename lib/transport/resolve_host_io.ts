import { ConfigError } from "../base/errors.ts";

const IP_ADDRESS = /^[\d.]+$|:/;

/** The IP address of a host, as the system's resolver has it (its hosts file too); an address is itself. */
export async function resolveHost(hostname: string): Promise<string> {
  if (IP_ADDRESS.test(hostname)) return hostname;
  // Loaded when it is needed: Node's modules take a tenth of a sensor's memory.
  const { lookup } = await import("node:dns/promises");
  return (await lookup(hostname)).address;
}

/**
 * The same for a host that has to be there.
 *
 * @throws ConfigError `address` when it has no address.
 */
export async function locateCollector(hostname: string): Promise<string> {
  try {
    return await resolveHost(hostname);
  } catch (cause) {
    throw new ConfigError(
      "address",
      `Cannot find the collector's host "${hostname}": it has no address; ` +
        "wanted is a name that resolves or an IP address",
      { cause },
    );
  }
}
