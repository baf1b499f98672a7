/**
 * Which decoder comes next, by the numbers that protocols assign: each decoder says in `from` which
 * numbers lead to it, and here they are gathered. A number without a decoder ends the packet.
 */
import type { Decoder } from "./decoder.ts";

/** The numbers that lead to one decoder, by their kind. */
export type Numbers = { readonly [Kind in keyof Routes]?: readonly number[] };

/** One table for each kind of numbers, made of what the decoders say. */
export class Routes {
  /** LINKTYPE_ numbers of captures. */
  readonly linkType = new Table(0xffff);
  /** EtherTypes (IEEE 802 numbers). */
  readonly etherType = new Table(0xffff);
  /** Service access points of LLC, where destination and source have the same. */
  readonly sap = new Table(0xff);
  /** Protocols of SNAP, behind their organization's 3 bytes: `0x00000c_2000` is 0x2000 of Cisco's. */
  readonly snap = new OrganizationTable();
  /** PPP protocols, the data link layer's (IANA's "PPP DLL Protocol Numbers"). */
  readonly ppp = new Table(0xffff);
  /** Packet types of EAPOL. */
  readonly eapolType = new Table(0xff);
  /** Address families, as the BSDs, Linux, macOS and Solaris number them. */
  readonly addressFamily = new Table(0xff);
  /** Versions of IP. */
  readonly ipVersion = new Table(0xf);
  /** IP protocols, IPv6 extension headers among them. */
  readonly ipProtocol = new Table(0xff);
  /** Types of ICMPv6 messages: what follows the header that all of them share. */
  readonly icmpv6Type = new Table(0xff);
  /** UDP ports, at either end. */
  readonly udpPort = new Table(0xffff);
  /** TCP ports, at either end. */
  readonly tcpPort = new Table(0xffff);

  /** Throws a `RangeError` for a number that two decoders claim, or that is none of its kind. */
  constructor(decoders: readonly Decoder[]) {
    for (const decoder of decoders) {
      for (const [kind, numbers] of Object.entries(decoder.from)) {
        for (const number of numbers) this[kind as keyof Routes].add(kind, number, decoder);
      }
    }
  }
}

/**
 * Decoders by number, 255 at most: a byte for each number, so that the tables of ports stay in the
 * cache.
 */
class Table {
  /** Places in `#decoders`; 0 is that of no decoder. */
  readonly #places: Uint8Array;
  readonly #decoders: (Decoder | undefined)[] = [undefined];

  constructor(highest: number) {
    this.#places = new Uint8Array(highest + 1);
  }

  /** The decoder that `number`, which may be any, leads to. */
  of(number: number): Decoder | undefined {
    return this.#decoders[this.#places[number] ?? 0];
  }

  add(kind: string, number: number, decoder: Decoder): void {
    const present = this.of(number);
    if (present !== undefined || !(number in this.#places)) {
      const problem = present ? `leads to ${present.name}` : "is out of range";
      throw new RangeError(
        `Cannot lead from ${kind} ${number} to ${decoder.name}: it ${problem}; wanted: a free number`,
      );
    }
    const place = this.#decoders.indexOf(decoder);
    this.#places[number] = place > 0 ? place : this.#decoders.push(decoder) - 1;
  }
}

/** Tables by organization. */
class OrganizationTable {
  readonly #tables = new Map<number, Table>();

  /** The decoder that a protocol of an organization leads to. */
  of(organization: number, protocol: number): Decoder | undefined {
    return this.#tables.get(organization)?.of(protocol);
  }

  add(kind: string, number: number, decoder: Decoder): void {
    const organization = Math.floor(number / 0x10000);
    const table = this.#tables.get(organization) ?? new Table(0xffff);
    this.#tables.set(organization, table);
    table.add(`${kind} of ${organization}`, number % 0x10000, decoder);
  }
}
