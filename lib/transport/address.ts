/** A UDP address; the host is a name or an IP address without brackets. */
export interface Address {
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly hostname: string;
  /** 0 to 65,535. */
  readonly port: number;
}

/** The highest port number. */
export const MAX_PORT = 65_535;

/**
 * Parses `HOST:PORT`, `[IPv6]:PORT` or `:PORT`; undefined for anything else.
 *
 * ```ts
 * import { formatAddress, parseAddress } from "@farcap/farcap/transport";
 *
 * const address = parseAddress("[::1]:1335", "0.0.0.0");
 * if (!address || formatAddress(address) !== "[::1]:1335") throw new Error("the same again");
 * ```
 *
 * @param anyHost The host that `:PORT` means.
 */
export function parseAddress(text: string, anyHost: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([^\s:[\]]*)):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const port = Number(match[3]);
  if (port > MAX_PORT) return undefined;
  return { hostname: match[1] ?? (match[2] || anyHost), port };
}

/** Parses addresses with commas between them, at least one; undefined for anything else. */
export function parseAddresses(text: string, anyHost: string): [Address, ...Address[]] | undefined {
  const addresses = text.split(",").map((part) => parseAddress(part.trim(), anyHost));
  return addresses.includes(undefined) ? undefined : addresses as [Address, ...Address[]];
}

/** Parses where this machine alone is to reach something unless more is said: `PORT`, or as {@linkcode parseAddress}. */
export function parseLocalAddress(text: string): Address | undefined {
  return parseAddress(/^\d+$/.test(text) ? `:${text}` : text, "127.0.0.1");
}

/** Where sessions are when datagrams are at `address`: one flag serves both. */
export function sessionAddress({ hostname, port }: Address): Address {
  return { hostname, port: port + 1 };
}

/** The text form of several of which one is meant. */
export function formatAddresses(addresses: readonly Address[]): string {
  return addresses.map(formatAddress).join(" or ");
}

/** The text form of an address, an IPv6 one in brackets. */
export function formatAddress({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
