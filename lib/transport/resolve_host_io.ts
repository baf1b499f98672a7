import { ConfigError } from "../base/errors.ts";

const IP_ADDRESS = /^\d+(\.\d+){3}$|:/;

/**
 * The IP addresses of a host, as the system's resolver has them (its hosts file too); the first is the
 * one to try first. An address is itself.
 */
export async function resolveAddresses(hostname: string): Promise<[string, ...string[]]> {
  if (IP_ADDRESS.test(hostname)) {
    const host = hostname.includes(":") ? `[${hostname.replace(/%.*/, "")}]` : hostname;
    if (!URL.canParse(`http://${host}`)) throw new Error(`${hostname} is no IP address`);
    return [hostname];
  }
  // Loaded when it is needed: Node's modules take a tenth of a sensor's memory.
  const { lookup } = await import("node:dns/promises");
  const [first, ...others] = (await lookup(hostname, { all: true })).map(({ address }) => address);
  if (first === undefined) throw new Error(`${hostname} has no address`);
  return [first, ...others];
}

/** How addresses of a host are found: {@linkcode resolveAddresses} or a stand-in. */
export type ResolveHost = (hostname: string) => Promise<readonly [string, ...string[]]>;

/**
 * The addresses of the collector's host; none while it has none, which may change.
 *
 * @throws ConfigError `address` when it is to be an IP address and is none, `not-permitted` when Deno
 *   does not permit to look.
 */
export async function locateCollector(
  hostname: string,
  resolve: ResolveHost = resolveAddresses,
): Promise<readonly string[]> {
  try {
    return await resolve(hostname);
  } catch (cause) {
    if (IP_ADDRESS.test(hostname)) {
      throw new ConfigError(
        "address",
        `Cannot find the collector's host "${hostname}": it is no IP address; ` +
          "wanted: a name or an IP address",
        { cause },
      );
    }
    if ((cause as { code?: string }).code !== "EPERM") return [];
    throw new ConfigError(
      "not-permitted",
      `Cannot look up the collector's host "${hostname}": Deno does not permit it; ` +
        `wanted: --allow-net with ${hostname} in its list`,
      { cause },
    );
  }
}
