import { latin1 } from "../base/bytes/latin1.ts";
import type { RecordSink } from "../base/record/record_sink.ts";
import { ConnectionPart } from "./connection_part.ts";
import type { ConnectionTable } from "./connection_table.ts";
import type { Connections } from "./connections.ts";
import { DeviceProfile } from "./device_profile.ts";
import type { FollowCounts } from "./follow_counts.ts";
import { IpProfile } from "./ip_profile.ts";
import { ProfileTable } from "./profile_table.ts";

/** Of the memory of profiles. */
const DEVICES_PART = 1 / 4;
/** A longer one is none of DNS. RFC 1035, section 2.3.4. */
const MAX_NAME_BYTES = 255;
/** Of a hardware address, in its first byte: of many. IEEE 802, 8.2. */
const GROUP = 0x01;
/** 0.0.0.0 and ::, a character a byte. */
const UNSPECIFIED = /^\0+$/;

/** Which profiles are written. */
export interface WantedProfiles {
  readonly devices: boolean;
  readonly ips: boolean;
}

/**
 * What devices and addresses have done, put together of their connections: of each when it has a record.
 * Every so often, and at the end, those that have changed are written, with their totals.
 */
export class Profiles {
  readonly #part: ConnectionPart;
  readonly #wanted: WantedProfiles;
  readonly #devices: ProfileTable<DeviceProfile>;
  readonly #ips: ProfileTable<IpProfile>;
  readonly #seconds: number;
  #nextSnapshot: number;
  #round = 0;
  #snapshot: Iterator<void> | undefined;

  /**
   * @param seconds From one snapshot to the next.
   * @param maxBytes What all profiles may take; those that were idle longest are written and forgotten.
   */
  constructor(
    table: ConnectionTable,
    connections: Connections,
    sink: RecordSink,
    wanted: WantedProfiles,
    seconds: number,
    maxBytes: number,
  ) {
    this.#part = new ConnectionPart(table, connections);
    this.#wanted = wanted;
    this.#seconds = this.#nextSnapshot = seconds;
    this.#devices = new ProfileTable(maxBytes * DEVICES_PART, sink);
    this.#ips = new ProfileTable(maxBytes * (1 - DEVICES_PART), sink);
  }

  /** How many are held, and how many were forgotten. */
  counts(): Pick<FollowCounts, "devices" | "addresses" | "evictedProfiles"> {
    return {
      devices: this.#devices.size,
      addresses: this.#ips.size,
      evictedProfiles: this.#devices.evicted + this.#ips.evicted,
    };
  }

  /** A connection has a record, of what came since the last one. */
  add(row: number): void {
    const part = this.#part;
    part.take(row);
    for (const side of [0, 1] as const) {
      if (this.#wanted.devices) this.#addDevice(part, side);
      if (this.#wanted.ips) {
        const address = part.addresses[side];
        this.#ips.change(
          keyOf(part, side),
          () => this.#ipOf(part, address),
          (ip) => ip.add(part, side),
        );
      }
    }
  }

  /** A client has said hello in TLS. @param client Its side. @param name Of the server, as it was sent. */
  clientHello(row: number, client: 0 | 1, ja3: string, name: Uint8Array): void {
    if (!this.#wanted.ips) return;
    this.#part.take(row);
    this.#ofSide(client, (ip) => ip.addHash(ja3, "JA3"));
    if (name.length === 0 || name.length > MAX_NAME_BYTES || name.some((byte) => byte >= 0x80)) {
      return;
    }
    const text = latin1(name);
    for (const side of [0, 1] as const) this.#ofSide(side, (ip) => ip.addName(text));
  }

  /** A server has. @param server Its side. */
  serverHello(row: number, server: 0 | 1, ja3s: string): void {
    if (!this.#wanted.ips) return;
    this.#part.take(row);
    this.#ofSide(server, (ip) => ip.addHash(ja3s, "JA3S"));
  }

  /** Before that flow time nothing is due. */
  get nextStep(): number {
    return this.#snapshot === undefined ? this.#nextSnapshot : -Infinity;
  }

  /** It is so late: writes some of what is due. @param most So many profiles are looked at. */
  step(now: number, most: number): void {
    if (this.#snapshot === undefined) {
      if (now < this.#nextSnapshot) return;
      this.#nextSnapshot = now + this.#seconds;
      this.#snapshot = this.snapshot()[Symbol.iterator]();
    }
    for (; most > 0; most--) {
      if (this.#snapshot.next().done !== true) continue;
      this.#snapshot = undefined;
      return;
    }
  }

  /** Writes all that have changed, one at each step. */
  *snapshot(): Iterable<void> {
    const round = ++this.#round;
    yield* this.#devices.write(round);
    yield* this.#ips.write(round);
  }

  #addDevice(part: ConnectionPart, side: 0 | 1): void {
    const mac = part.macs[side];
    if (mac === "" || part.packets[side] === 0 || (mac.charCodeAt(0) & GROUP) !== 0) return;
    // Of devices without an address all are one conversation.
    if (UNSPECIFIED.test(part.addresses[side])) return;
    this.#devices.change(mac, () => new DeviceProfile(mac), (device) => device.add(part, side));
  }

  #ofSide(side: 0 | 1, change: (ip: IpProfile) => void): void {
    const part = this.#part;
    this.#ips.change(keyOf(part, side), () => this.#ipOf(part, part.addresses[side]), change);
  }

  #ipOf({ tunnel, tunnelId }: ConnectionPart, address: string): IpProfile {
    return new IpProfile(address, tunnel, tunnelId);
  }
}

/** Equal addresses in different tunnels are those of different hosts. */
function keyOf({ addresses, tunnel, tunnelId }: ConnectionPart, side: 0 | 1): string {
  return tunnel === 0 ? addresses[side] : `${addresses[side]}/${tunnel}/${tunnelId}`;
}
