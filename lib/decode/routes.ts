/**
 * Which layer comes next, by the numbers that protocols assign: each decoder says in `from` which
 * numbers lead to it, and here they are gathered. A packet that ends at a number without a decoder
 * is counted by that number.
 */

/** Below this, the type field of a frame or a tag is a length. IEEE 802.3-2018, 3.2.6. */
export const FIRST_ETHER_TYPE = 0x600;

/** The numbers that lead to one layer, by their kind. */
export type Numbers = { readonly [Kind in keyof Routes<unknown>]?: readonly number[] };

/** What the tables are made of. */
interface Reachable {
  readonly name: string;
  readonly from: Numbers;
}

/** One table for each kind of numbers, made of what the decoders say. */
export class Routes<Layer> {
  /** LINKTYPE_ numbers of captures. */
  readonly linkType = new Table<Layer>(0xffff);
  /** EtherTypes (IEEE 802 numbers). */
  readonly etherType = new Table<Layer>(0xffff, (type) => hex(type, 4));
  /** Service access points of LLC: those of the destination. */
  readonly sap = new Table<Layer>(0xff, (sap) => hex(sap, 2));
  /** Protocols of SNAP, behind their organization's 3 bytes: `0x00000c_2000` is 0x2000 of Cisco's. */
  readonly snap = new OrganizationTables<Layer>();
  /** PPP protocols, the data link layer's (IANA's "PPP DLL Protocol Numbers"). */
  readonly ppp = new Table<Layer>(0xffff, (protocol) => hex(protocol, 4));
  /** Network layer protocol identifiers (ISO/IEC TR 9577), as Frame Relay has them: RFC 2427, 10. */
  readonly networkProtocol = new Table<Layer>(0xff, (protocol) => hex(protocol, 2));
  /** The words that tell networks of LoRa apart. */
  readonly loraSyncWord = new Table<Layer>(0xff, (word) => `sync word ${hex(word, 2)}`);
  /** Packet types of EAPOL. */
  readonly eapolType = new Table<Layer>(0xff);
  /** Hardware types of Linux (ARPHRD_) whose frames have no EtherType in their cooked header. */
  readonly hardwareType = new Table<Layer>(0xffff, (type) => `hardware type ${type}`);
  /** Address families, as the BSDs, Linux, macOS and Solaris number them. */
  readonly addressFamily = new Table<Layer>(0xff, (family) => `family ${family}`);
  /** Versions of IP. */
  readonly ipVersion = new Table<Layer>(0xf, (version) => `version ${version}`);
  /** IP protocols, IPv6 extension headers among them. */
  readonly ipProtocol = new Table<Layer>(0xff);
  /** Types of ICMPv6 messages: what follows the header that all of them share. */
  readonly icmpv6Type = new Table<Layer>(0xff);
  /** Channel types of the associated channels of MPLS (IANA's "MPLS Generalized Associated Channel Types"). */
  readonly channelType = new Table<Layer>(0xffff, (type) => hex(type, 4));
  /** Protocols within a network service header (IANA's "NSH Next Protocol"). */
  readonly nshProtocol = new Table<Layer>(0xff);
  /** UDP ports, at either end. */
  readonly udpPort = new Table<Layer>(0xffff);
  /** TCP ports, at either end. */
  readonly tcpPort = new Table<Layer>(0xffff);

  /** Throws a `RangeError` for a number that two decoders claim, or that is none of its kind. */
  constructor(layers: readonly (Layer & Reachable)[]) {
    for (const layer of layers) {
      for (const [kind, numbers] of Object.entries(layer.from)) {
        for (const number of numbers) this[kind as keyof Routes<Layer>].add(kind, number, layer);
      }
    }
  }
}

/**
 * Layers by number, 255 at most: a byte for each number, so that the tables of ports stay in the
 * cache.
 */
export class Table<Layer> {
  /** Writes a number as counts show it; `organization` is 0 but in SNAP. */
  readonly textOf: (number: number, organization: number) => string;
  /** Places in `#layers`; 0 is that of no layer. */
  readonly #places: Uint8Array;
  readonly #layers: (Layer & Reachable | undefined)[] = [undefined];

  constructor(highest: number, textOf: Table<Layer>["textOf"] = String) {
    this.textOf = textOf;
    this.#places = new Uint8Array(highest + 1);
  }

  /** The layer that `number`, which may be any, leads to. */
  of(number: number): Layer & Reachable | undefined {
    return this.#layers[this.#places[number] ?? 0];
  }

  /** Leads a number to a layer, whatever it led to. */
  set(number: number, layer: Layer & Reachable): void {
    const place = this.#layers.indexOf(layer);
    this.#places[number] = place > 0 ? place : this.#layers.push(layer) - 1;
  }

  add(kind: string, number: number, layer: Layer & Reachable): void {
    const present = this.of(number);
    if (present !== undefined || !(number in this.#places)) {
      const problem = present ? `leads to ${present.name}` : "is out of range";
      throw new RangeError(
        `Cannot lead from ${kind} ${number} to ${layer.name}: it ${problem}; wanted: a free number`,
      );
    }
    this.set(number, layer);
  }
}

/** Tables by organization. */
class OrganizationTables<Layer> {
  readonly #tables = new Map<number, Table<Layer>>();
  readonly #none = organizationTable<Layer>();

  /** The protocols of an organization; an empty table for one of which none is known. */
  of(organization: number): Table<Layer> {
    return this.#tables.get(organization) ?? this.#none;
  }

  add(kind: string, number: number, layer: Layer & Reachable): void {
    const organization = Math.floor(number / 0x10000);
    const table = this.#tables.get(organization) ?? organizationTable();
    this.#tables.set(organization, table);
    table.add(`${kind} of ${organization}`, number % 0x10000, layer);
  }
}

function organizationTable<Layer>(): Table<Layer> {
  return new Table(
    0xffff,
    (protocol, organization) => `${hex(organization, 6)} ${hex(protocol, 4)}`,
  );
}

function hex(number: number, digits: number): string {
  return `0x${number.toString(16).padStart(digits, "0")}`;
}
