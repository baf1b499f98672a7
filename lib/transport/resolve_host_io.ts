const IP_ADDRESS = /^[\d.]+$|:/;

/** The IP address of a host, as the system's resolver has it (its hosts file too); an address is itself. */
export async function resolveHost(hostname: string): Promise<string> {
  if (IP_ADDRESS.test(hostname)) return hostname;
  // Loaded when it is needed: Node's modules take a tenth of a sensor's memory.
  const { lookup } = await import("node:dns/promises");
  return (await lookup(hostname)).address;
}
