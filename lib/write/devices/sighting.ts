/** What a record says of a device. */

/** How an address is known: a device said that it has it, or sent packets from it, perhaps for others. */
export type AddressSource = "ARP" | "NDP" | "DHCP" | "LLDP" | "traffic";
/** How a name is known. */
export type NameSource = "DHCP" | "DHCPv6" | "mDNS" | "LLMNR" | "NetBIOS" | "LLDP" | "CDP";

/** Told what a record says. Addresses of devices are text with colons; what is none is left out. */
export interface Sightings {
  /** The device with this address was there, from then to then. */
  device(mac: string, first: bigint, last?: bigint): void;
  /** It has this address of a network, if it has been there. */
  address(mac: string, address: string, source: AddressSource): void;
  /** It has this name, likewise. */
  name(mac: string, name: string, source: NameSource): void;
  /** Whoever has this address of a network has this name. */
  nameOf(address: string, name: string, source: NameSource): void;
}
