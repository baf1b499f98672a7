import { typeNumber } from "../../base/record/record_types.ts";
import { dns } from "../../decode/application/dns.ts";
import { Outcome } from "../../decode/outcome.ts";
import { type Layer, Packet } from "../../decode/packet.ts";
import { Routes } from "../../decode/routes.ts";
import { DNSSchema } from "../../../proto/netcap_tags.ts";
import { MAX_HELD_BYTES } from "./held_bytes.ts";
import type { Ends, StreamRecords } from "./stream_records.ts";

const TYPE = typeNumber(DNSSchema.name);
const TCP = 6;
const ADDRESS_BYTES = 16;
const MESSAGE_AT = 2 * ADDRESS_BYTES;

/** Has messages that came over TCP decoded as if each were a datagram. */
export class DnsMessages {
  readonly #packet: Packet;
  readonly #bytes = new Uint8Array(MESSAGE_AT + MAX_HELD_BYTES);

  constructor(private readonly records: StreamRecords, hasContext: boolean) {
    const options = { payload: false, entropy: false, context: hasContext };
    this.#packet = new Packet(options, new Routes<Layer>([]));
  }

  /**
   * Writes the record of `bytes[at, end)`.
   *
   * @param isCut Whether the message goes on behind that.
   * @returns Whether it is a message.
   */
  write(
    ends: Ends,
    fromClient: boolean,
    bytes: Uint8Array,
    at: number,
    end: number,
    isCut: boolean,
  ): boolean {
    const { connections } = this.records;
    const out = this.records.open(TYPE);
    if (out === undefined) return true;
    const p = this.#packet;
    this.#bytes.set(bytes.subarray(at, end), MESSAGE_AT);
    p.begin(this.#bytes, MESSAGE_AT, MESSAGE_AT + end - at, connections.sec, connections.nsec);
    p.isCut = isCut;
    p.protocol = TCP;
    p.ipBytes = connections.addressBytes(ends.row);
    p.srcIpAt = 0;
    p.dstIpAt = ADDRESS_BYTES;
    this.records.copyAddress(ends, fromClient, this.#bytes, p.srcIpAt);
    this.records.copyAddress(ends, !fromClient, this.#bytes, p.dstIpAt);
    p.srcPort = this.records.port(ends, fromClient);
    p.dstPort = this.records.port(ends, !fromClient);
    const isMessage = dns.decode(p, out) === Outcome.Ok;
    if (isMessage) this.records.commit(TYPE);
    else this.records.rewind(TYPE);
    return isMessage;
  }
}
