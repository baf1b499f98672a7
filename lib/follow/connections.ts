import { type ConnectionTable, Num, Word } from "./connection_table.ts";
import { Fact } from "./facts.ts";
import { KeyWord } from "./flow_key.ts";
import type { FollowMemory } from "./follow_memory.ts";

/** Names of applications that were seen, by number; there are as many as there are decoders and readers. */
const NO_APPLICATION = "";

/** Who is told of hellos of TLS; sides are those of the connection. */
export interface HelloListener {
  /** @param name Of the server that the client wants, as it was sent; empty for none. */
  clientHello(row: number, client: 0 | 1, ja3: string, name: Uint8Array): void;
  serverHello(row: number, server: 0 | 1, ja3s: string): void;
}

/**
 * The connections as those see them that write records of them: by row, side 0 the client, 1 the server.
 * What is said of a row holds until it is closed.
 */
export class Connections {
  /** Addresses lie in it, see {@linkcode Connections.addressAt}. */
  readonly bytes: Uint8Array;
  /** The time of the packet at hand. */
  sec = 0;
  nsec = 0;
  hellos: HelloListener | undefined;
  readonly #table: ConnectionTable;
  readonly #memory: FollowMemory;
  readonly #firstId: bigint;
  readonly #applications: string[] = [NO_APPLICATION];

  /** @param firstId Identifiers of connections count from there, in 64 bits. */
  constructor(table: ConnectionTable, memory: FollowMemory, firstId: bigint) {
    this.#table = table;
    this.#memory = memory;
    this.#firstId = firstId;
    this.bytes = table.bytes;
  }

  /** The connection's identifier, which no other has. */
  id(row: number): bigint {
    const count = this.#table.numbers[this.#table.numbersAt(row) + Num.Id]!;
    return BigInt.asUintN(64, this.#firstId + BigInt(count));
  }

  /** Where the address of a side begins, as it is in packets. */
  addressAt(row: number, side: number): number {
    const isSecond = (this.#facts(row) & Fact.ClientIsSecond) !== 0;
    const word = isSecond === (side === 0) ? KeyWord.Second : KeyWord.First;
    return 4 * (this.#table.wordsAt(row) + Word.Key + word);
  }

  /** Length of an address. */
  addressBytes(row: number): 4 | 16 {
    return ((this.#key(row, KeyWord.Meta) >> 8) & 0xff) === 4 ? 4 : 16;
  }

  /** Whether its first header behind IP was there: of later fragments it is not. */
  knowsPorts(row: number): boolean {
    return this.#key(row, KeyWord.Meta) >>> 24 !== 0;
  }

  /** The port of a side; 0 where the protocol has none, or it is not known. */
  port(row: number, side: number): number {
    const ports = this.#key(row, KeyWord.Ports);
    const isSecond = (this.#facts(row) & Fact.ClientIsSecond) !== 0;
    return isSecond === (side === 0) ? ports & 0xffff : ports >>> 16;
  }

  /** The identifier of its tunnel: the client's, else the server's. */
  tunnelId(row: number): number {
    const isSeen = (this.#facts(row) & Fact.Seen) !== 0;
    return this.#table.words[this.#table.wordsAt(row) + Word.TunnelId + (isSeen ? 0 : 1)]!;
  }

  /** Where the hardware address of a side begins, 6 bytes. */
  macAt(row: number, side: number): number {
    return 4 * (this.#table.wordsAt(row) + Word.Macs) + 6 * side;
  }

  /** Whether its frames have hardware addresses. */
  hasMacs(row: number): boolean {
    return (this.#facts(row) & Fact.HasMacs) !== 0;
  }

  /** Readers are told no more of it, until it is closed. */
  stopReading(row: number): void {
    this.#table.words[this.#table.wordsAt(row) + Word.Facts]! &= ~Fact.Read;
  }

  /** What was seen in it; the last word counts. */
  setApplication(row: number, name: string): void {
    let number = this.#applications.indexOf(name);
    if (number < 0) number = this.#applications.push(name) - 1;
    this.#table.words[this.#table.wordsAt(row) + Word.Application] = number;
  }

  /** What was seen in it; empty for nothing. */
  application(row: number): string {
    return this.#applications[this.#table.words[this.#table.wordsAt(row) + Word.Application]!]!;
  }

  /** Takes memory for what a reader holds; false when there is none left. */
  reserve(bytes: number): boolean {
    return this.#memory.reserve(bytes);
  }

  /** Gives back what was reserved. */
  release(bytes: number): void {
    this.#memory.release(bytes);
  }

  #facts(row: number): number {
    return this.#table.words[this.#table.wordsAt(row) + Word.Facts]!;
  }

  #key(row: number, word: number): number {
    return this.#table.words[this.#table.wordsAt(row) + Word.Key + word]!;
  }
}
