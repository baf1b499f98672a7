import type { DescMessage } from "@bufbuild/protobuf";
import { parseMessage } from "../../base/record/parse_message.ts";
import { DEVICE_RECORDS } from "./device_records.ts";
import type { AddressSource, NameSource, Sightings } from "./sighting.ts";

/** A device as a client's sensor has seen it. */
export interface Device {
  readonly client: string;
  /** `00:00:5e:10:00:01`. */
  readonly mac: string;
  /** The tunnel it was seen in, `VXLAN 42`; nothing outside of tunnels. */
  readonly tunnel: string;
  /** Ns since 1970. */
  readonly first: bigint;
  readonly last: bigint;
  /** By name, in the order in which they came. */
  readonly names: ReadonlyMap<string, NameSource>;
  /** By address, likewise: those it said are its own; of IPv4 or IPv6, where it said none, those it sent from. */
  readonly addresses: ReadonlyMap<string, AddressSource>;
  /** How often it had further names and addresses, which are not here. */
  readonly moreNames: number;
  readonly moreAddresses: number;
}

/** How much is remembered. */
export interface DeviceLimits {
  readonly maxDevices: number;
  /** Names of a device, and addresses. */
  readonly maxEach: number;
  /** Names and addresses of all devices, and of those that are not known yet. */
  readonly maxTexts: number;
}

/** Some 200 MB at most. */
const LIMITS: DeviceLimits = { maxDevices: 1 << 16, maxEach: 32, maxTexts: 1 << 18 };
/** Longer names are cut: a host's has 255 characters at most (RFC 1035, section 2.3.4). */
const MAX_NAME = 255;
/** Names that an address has before its holder is known. */
const MAX_EARLY_NAMES = 8;
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const NOBODY = "00:00:00:00:00:00";
const GROUP_BIT = 0x01;
const MAX_ADDRESS = 45;
const NO_ADDRESS = /^(|0\.0\.0\.0|::)$/;

/** Names of the types whose records tell of devices. */
export const DEVICE_TYPES: readonly string[] = [...DEVICE_RECORDS.keys()];

/**
 * Gathers devices out of records, in bounded memory: what comes first is kept, and what does not find
 * room is counted. A name that is told of an address is its holder's at that time, so that records are
 * best read in the order of their times.
 *
 * ```ts
 * import { create, toBinary } from "@bufbuild/protobuf";
 * import { EthernetSchema } from "../../../proto/gen/netcap_pb.ts";
 * import { Devices } from "./devices.ts";
 *
 * const devices = new Devices();
 * const record = create(EthernetSchema, { SrcMAC: "00:00:5e:10:00:01", Timestamp: 1n });
 * devices.add("xyz", EthernetSchema, toBinary(EthernetSchema, record));
 * const [device] = devices.list();
 * if (device?.mac !== "00:00:5e:10:00:01" || device.client !== "xyz") throw new Error("there");
 * ```
 */
export class Devices {
  readonly #limits: DeviceLimits;
  /** By scope and hardware address. */
  readonly #devices = new Map<string, SeenDevice>();
  /** By scope and address of a network. */
  readonly #holders = new Map<string, Holder>();
  readonly #to: Sightings;
  /** Client and tunnel of the record that is looked at; addresses are told apart within. */
  #client = "";
  #tunnel = "";
  #scope = "";
  #texts = 0;
  #leftOut = 0;

  /** Begins with none. */
  constructor(limits = LIMITS) {
    this.#limits = limits;
    this.#to = {
      device: (mac, first, last = first) => this.#see(mac, first, last),
      address: (mac, address, source) => this.#addAddress(mac, address, source),
      name: (mac, name, source) => {
        const device = this.#devices.get(this.#scope + mac);
        if (device !== undefined) this.#addName(device, name, source);
      },
      nameOf: (address, name, source) => this.#addNameOf(address, name, source),
    };
  }

  /** How often something was seen for which there was no room: a device, or a name or address of one. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /**
   * Takes a record that a client's sensor made.
   *
   * @returns Whether it is a message of its type; one of a type that tells nothing is not looked at.
   */
  add(client: string, schema: DescMessage, record: Uint8Array): boolean {
    const tell = DEVICE_RECORDS.get(schema.name);
    if (tell === undefined) return true;
    const message = parseMessage(schema, record);
    if (message === undefined) return false;
    const { Tunnel = "", TunnelID = 0 } = message as { Tunnel?: string; TunnelID?: number };
    this.#client = client;
    this.#tunnel = Tunnel === "" ? "" : `${Tunnel.slice(0, MAX_ADDRESS)} ${TunnelID}`;
    this.#scope = `${client}\n${this.#tunnel}\n`;
    tell(message, this.#to);
    return true;
  }

  /** All of them, by client, address and tunnel. */
  list(): Device[] {
    const names = new Map<SeenDevice, Map<string, NameSource>>();
    for (const { device, isOwn, names: told } of this.#holders.values()) {
      if (device === undefined || isOwn) continue;
      let all = names.get(device);
      if (all === undefined) names.set(device, all = new Map());
      for (const [name, source] of told) all.set(name, source);
    }
    return [...this.#devices.values()]
      .map((seen) => {
        const { scope: _scope, own, sent: _sent, ...device } = seen;
        const all = [...new Map([...names.get(seen) ?? [], ...device.names])];
        const kept = all.slice(0, this.#limits.maxEach);
        return {
          ...device,
          names: new Map(kept),
          moreNames: device.moreNames + all.length - kept.length,
          addresses: new Map([...own, ...this.#sentFrom(seen)]),
        };
      })
      .sort((a, b) =>
        compare(a.client, b.client) || compare(a.mac, b.mac) || compare(a.tunnel, b.tunnel)
      );
  }

  /** Addresses that it sent from, of a kind that it has none of its own of, and that are nobody else's. */
  #sentFrom({ scope, own, sent }: SeenDevice): [string, AddressSource][] {
    const kinds = new Set([...own.keys()].map(isIpv6));
    return [...sent]
      .filter((address) => {
        return !kinds.has(isIpv6(address)) && !this.#holders.get(scope + address)?.isOwn;
      })
      .map((address) => [address, "traffic"]);
  }

  #see(mac: string, first: bigint, last: bigint): void {
    const known = this.#devices.get(this.#scope + mac);
    if (known !== undefined) {
      if (first < known.first) known.first = first;
      if (last > known.last) known.last = last;
      return;
    }
    if (!MAC.test(mac) || mac === NOBODY || (parseInt(mac.slice(0, 2), 16) & GROUP_BIT) !== 0) {
      return;
    }
    if (this.#devices.size >= this.#limits.maxDevices) {
      this.#leftOut++;
      return;
    }
    this.#devices.set(this.#scope + mac, {
      client: this.#client,
      mac,
      tunnel: this.#tunnel,
      scope: this.#scope,
      first,
      last,
      names: new Map(),
      own: new Map(),
      sent: new Set(),
      moreNames: 0,
      moreAddresses: 0,
    });
  }

  #addAddress(mac: string, address: string, source: AddressSource): void {
    const device = this.#devices.get(this.#scope + mac);
    if (device === undefined || address.length > MAX_ADDRESS || NO_ADDRESS.test(address)) return;
    const isOwn = source !== "traffic";
    const { own, sent } = device;
    if (!(isOwn ? own : sent).has(address)) {
      if ((isOwn ? own : sent).size >= this.#limits.maxEach) device.moreAddresses++;
      else if (this.#hasRoom()) isOwn ? own.set(address, source) : sent.add(address);
    }
    const holder = this.#holder(address);
    if (holder === undefined || (holder.isOwn && !isOwn)) return;
    if (!isOwn) {
      holder.device ??= device;
      return;
    }
    holder.device = device;
    holder.isOwn = true;
    for (const [name, told] of holder.names) this.#addName(device, name, told);
    holder.names.clear();
  }

  #addNameOf(address: string, name: string, source: NameSource): void {
    if (address.length > MAX_ADDRESS || NO_ADDRESS.test(address)) return;
    const holder = this.#holder(address);
    if (holder === undefined) return;
    if (holder.isOwn) this.#addName(holder.device!, name, source);
    else if (holder.names.size < MAX_EARLY_NAMES) this.#put(holder.names, name, source);
  }

  #addName(device: SeenDevice, name: string, source: NameSource): void {
    if (device.names.size < this.#limits.maxEach || device.names.has(name)) {
      this.#put(device.names, name, source);
    } else device.moreNames++;
  }

  #put(names: Map<string, NameSource>, name: string, source: NameSource): void {
    const kept = name.replace(/\0+$/, "").slice(0, MAX_NAME);
    if (kept !== "" && !names.has(kept) && this.#hasRoom()) names.set(kept, source);
  }

  #holder(address: string): Holder | undefined {
    const key = this.#scope + address;
    let holder = this.#holders.get(key);
    if (holder === undefined && this.#hasRoom()) {
      this.#holders.set(key, holder = { device: undefined, isOwn: false, names: new Map() });
    }
    return holder;
  }

  /** Whether there is room for one text more, which is taken then. */
  #hasRoom(): boolean {
    const hasRoom = this.#texts < this.#limits.maxTexts;
    if (hasRoom) this.#texts++;
    else this.#leftOut++;
    return hasRoom;
  }
}

/** As it is gathered. */
interface SeenDevice extends Omit<Mutable<Device>, "names" | "addresses"> {
  /** Its client and tunnel: what is alike elsewhere is another's. */
  readonly scope: string;
  readonly names: Map<string, NameSource>;
  readonly own: Map<string, AddressSource>;
  readonly sent: Set<string>;
}

/** Who has an address, as far as that is known, and names of it that nobody has got yet. */
interface Holder {
  device: SeenDevice | undefined;
  isOwn: boolean;
  readonly names: Map<string, NameSource>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function isIpv6(address: string): boolean {
  return address.includes(":");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
