/**
 * Connections that have not proved anything yet, by where they come from. Above the limit the oldest
 * one of the most frequent source goes: refusing the newest would lock out those who mean well.
 */
export class HalfOpen<Connection> {
  readonly #max: number;
  readonly #prefixes = new Map<Connection, string>();
  readonly #byPrefix = new Map<string, Set<Connection>>();

  /** @param max How many there may be. */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many there are. */
  get size(): number {
    return this.#prefixes.size;
  }

  /** Adds one; returns the one that has to go for it, if any. */
  add(connection: Connection, hostname: string): Connection | undefined {
    const prefix = prefixOf(hostname);
    this.#prefixes.set(connection, prefix);
    let group = this.#byPrefix.get(prefix);
    if (!group) this.#byPrefix.set(prefix, group = new Set());
    group.add(connection);
    if (this.size <= this.#max) return undefined;
    const largest = [...this.#byPrefix.values()].reduce((a, b) => b.size > a.size ? b : a);
    const [oldest] = largest;
    this.remove(oldest!);
    return oldest;
  }

  /** It has proved who it is, or is gone. */
  remove(connection: Connection): void {
    const prefix = this.#prefixes.get(connection);
    if (prefix === undefined) return;
    this.#prefixes.delete(connection);
    const group = this.#byPrefix.get(prefix)!;
    group.delete(connection);
    if (group.size === 0) this.#byPrefix.delete(prefix);
  }
}

/** What one owner has most likely: an IPv4 /24, an IPv6 /64. */
function prefixOf(hostname: string): string {
  if (hostname.includes(".")) return hostname.slice(0, hostname.lastIndexOf("."));
  const [head = "", tail] = hostname.split("::");
  const groups = head.split(":");
  if (tail !== undefined) { while (groups.length < 4) groups.push("0"); }
  return groups.slice(0, 4).join(":");
}
