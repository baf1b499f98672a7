import { latin1 } from "../base/bytes/latin1.ts";
import { type ConnectionTable, Num, Word } from "./connection_table.ts";
import type { Connections } from "./connections.ts";
import { isPorted, KeyWord } from "./flow_key.ts";
import { protocolName } from "./protocol_names.ts";

const MAC_BYTES = 6;

/** What came of a connection since its last record; side 0 is the client. One object serves all. */
export class ConnectionPart {
  row = 0;
  firstSec = 0;
  firstNsec = 0;
  lastSec = 0;
  lastNsec = 0;
  /** Of IP. */
  protocol = "";
  /** Of the application; empty when it is not known. */
  application = "";
  hasPorts = false;
  tunnel = 0;
  tunnelId = 0;
  readonly packets: [number, number] = [0, 0];
  readonly bytes: [number, number] = [0, 0];
  readonly ports: [number, number] = [0, 0];
  /** Addresses, a character a byte. */
  readonly addresses: [string, string] = ["", ""];
  /** Hardware addresses, too; empty where there are none. */
  readonly macs: [string, string] = ["", ""];

  constructor(
    private readonly table: ConnectionTable,
    private readonly connections: Connections,
  ) {}

  take(row: number): void {
    const { table, connections } = this;
    const { numbers, words } = table;
    const w = table.wordsAt(row);
    const n = table.numbersAt(row);
    const meta = words[w + Word.Key + KeyWord.Meta]!;
    this.row = row;
    this.firstSec = numbers[n + Num.PartSec]!;
    this.firstNsec = words[w + Word.PartNsec]!;
    this.lastSec = numbers[n + Num.LastSec]!;
    this.lastNsec = words[w + Word.LastNsec]!;
    this.protocol = protocolName(meta & 0xff);
    this.application = connections.application(row);
    this.hasPorts = isPorted(meta & 0xff) && connections.knowsPorts(row);
    this.tunnel = (meta >> 16) & 0xff;
    this.tunnelId = connections.tunnelId(row);
    const hasMacs = connections.hasMacs(row);
    const { bytes } = connections;
    for (const side of [0, 1] as const) {
      this.packets[side] = words[w + Word.Packets + side]!;
      this.bytes[side] = numbers[n + Num.Bytes + side]!;
      this.ports[side] = connections.port(row, side);
      const at = connections.addressAt(row, side);
      this.addresses[side] = latin1(bytes, at, at + connections.addressBytes(row));
      const macAt = hasMacs ? connections.macAt(row, side) : 0;
      this.macs[side] = hasMacs ? latin1(bytes, macAt, macAt + MAC_BYTES) : "";
    }
  }
}

/** The bytes of such a text. */
export function bytesOfText(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
