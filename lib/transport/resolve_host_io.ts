import { lookup } from "node:dns/promises";

const IP_ADDRESS = /^[\d.]+$|:/;

/** The IP address of a host, as the system's resolver has it (its hosts file too); an address is itself. */
export async function resolveHost(hostname: string): Promise<string> {
  return IP_ADDRESS.test(hostname) ? hostname : (await lookup(hostname)).address;
}
