/** How both sides of SSH identify themselves, and what they offer. RFC 4253, sections 4.2, 6 and 7.1. */
import { u32 } from "../../base/bytes/bytes.ts";
import { typeNumber } from "../../base/record/record_types.ts";
import { tagsOf } from "../../base/record/tags.ts";
import { SSHSchema } from "../../../proto/netcap_tags.ts";
import { md5Hex } from "../md5.ts";
import type { Inventory } from "./inventory.ts";
import type { Reader, ReaderState } from "./reader.ts";
import { programOfSsh } from "./software_words.ts";
import { type Ends, type Moment, type StreamRecords, writeString } from "./stream_records.ts";

const TAG = tagsOf(SSHSchema);
const TYPE = typeNumber(SSHSchema.name);

const LF = 0x0a;
const MAX_IDENTIFICATION_BYTES = 255;
/** Length, and length of the padding. */
const PACKET_HEADER_BYTES = 5;
const MAX_PACKET_BYTES = 35000;
const KEXINIT = 20;
const COOKIE_BYTES = 16;
const NAME_LISTS = 10;
/** Where lists are among those ten. */
const LIST = {
  kex: 0,
  ciphersUp: 2,
  ciphersDown: 3,
  macsUp: 4,
  macsDown: 5,
  compressionUp: 6,
  compressionDown: 7,
};
/** In the first list, what only a client or only a server says. RFC 8308; OpenSSH, PROTOCOL, 1.10. */
const CLIENT_WORDS = ["ext-info-c", "kex-strict-c-v00@openssh.com"];
const SERVER_WORDS = ["ext-info-s", "kex-strict-s-v00@openssh.com"];

/** Messages by which a key is agreed on: the client's come first. RFC 4253, section 8; RFC 4419. */
const CLIENT_MESSAGES = [30, 34];
const SERVER_MESSAGES = [31, 33];
const SSH_PORT = 22;
const CHARACTER_BYTES = 2;

type Role = "client" | "server";

/** One side: what it has said so far. */
interface Side {
  identification?: { readonly text: string; readonly at: Moment };
  offer?: { readonly lists: readonly string[]; readonly at: Moment };
  /** What it is by what it says. */
  role?: Role;
  isOver: boolean;
}

export class SshReader implements Reader {
  readonly application = "SSH";
  state: ReaderState = "more";
  /** Its lists are texts, of two bytes a character at most. */
  keptBytes = 0;
  readonly #opener: Side = { isOver: false };
  readonly #other: Side = { isOver: false };

  constructor(
    private readonly records: StreamRecords,
    private readonly inventory: Inventory,
    private readonly ends: Ends,
  ) {}

  read(fromOpener: boolean, bytes: Uint8Array, at: number, end: number): number {
    const side = fromOpener ? this.#opener : this.#other;
    if (side.isOver) return end;
    if (side.identification === undefined) {
      const lineEnd = bytes.subarray(at, end).indexOf(LF);
      if (
        lineEnd > MAX_IDENTIFICATION_BYTES || (lineEnd < 0 && end - at > MAX_IDENTIFICATION_BYTES)
      ) {
        this.state = "broken";
        return end;
      }
      if (lineEnd < 0) return at;
      const text = new TextDecoder().decode(bytes.subarray(at, at + lineEnd)).trim();
      side.identification = { text, at: this.records.now() };
      at += lineEnd + 1;
    }
    while (end - at >= PACKET_HEADER_BYTES + 1) {
      const packetBytes = u32(bytes, at);
      const packetEnd = at + 4 + packetBytes;
      if (packetBytes > MAX_PACKET_BYTES || packetBytes < bytes[at + 4]! + 2) {
        this.state = "broken";
        return end;
      }
      if (packetEnd > end) return at;
      this.#take(side, bytes.subarray(at + PACKET_HEADER_BYTES, packetEnd - bytes[at + 4]!));
      if (side.isOver || this.state !== "more") return end;
      at = packetEnd;
    }
    return at;
  }

  ended(fromOpener: boolean): void {
    (fromOpener ? this.#opener : this.#other).isOver = true;
    if (this.#opener.isOver && this.#other.isOver) this.state = "done";
  }

  close(): void {
    const isSwapped = this.#roleOfOpener() === "server";
    const { row, clientSide } = this.ends;
    const ends: Ends = isSwapped ? { row, clientSide: clientSide === 0 ? 1 : 0 } : this.ends;
    for (const side of [this.#opener, this.#other]) {
      if (side.identification === undefined) continue;
      const isClient = (side === this.#opener) !== isSwapped;
      const { text } = side.identification;
      this.#write(ends, side, isClient);
      if (!isClient) {
        const banner = new TextEncoder().encode(text);
        this.inventory.service(ends, "TCP", this.application, banner, programOfSsh(text));
      }
      const source = isClient ? "SSH client Ident" : "SSH server Ident";
      const { application: service } = this;
      this.inventory.program(ends, isClient, { source, text, parse: programOfSsh, service });
    }
  }

  /** A message after the identification: what it offers, or what only one of both says. */
  #take(side: Side, message: Uint8Array): void {
    const type = message[0]!;
    if (type === KEXINIT && side.offer === undefined) {
      const lists = nameLists(message);
      if (lists === undefined) {
        this.state = "broken";
        return;
      }
      this.keptBytes += CHARACTER_BYTES * message.length;
      side.offer = { lists, at: this.records.now() };
      side.role = roleOf(lists[LIST.kex]!.split(","));
    } else if (CLIENT_MESSAGES.includes(type)) {
      side.role = "client";
    } else if (SERVER_MESSAGES.includes(type)) {
      side.role = "server";
    }
    const isRoleKnown = this.#opener.role !== undefined || this.#other.role !== undefined;
    if (type !== KEXINIT) this.ended(side === this.#opener);
    else if (isRoleKnown && this.#opener.offer && this.#other.offer) this.state = "done";
  }

  /** By what either has said, else by the port, else as the connection has it. */
  #roleOfOpener(): Role {
    if (this.#opener.role !== undefined) return this.#opener.role;
    if (this.#other.role !== undefined) return this.#other.role === "client" ? "server" : "client";
    const isServersPort = (isClient: boolean) =>
      this.records.port(this.ends, isClient) === SSH_PORT;
    return isServersPort(true) && !isServersPort(false) ? "server" : "client";
  }

  #write(ends: Ends, { identification, offer }: Side, isClient: boolean): void {
    const wanted = isClient
      ? [LIST.kex, LIST.ciphersUp, LIST.macsUp, LIST.compressionUp]
      : [LIST.kex, LIST.ciphersDown, LIST.macsDown, LIST.compressionDown];
    const algorithms = offer && wanted.map((index) => offer.lists[index]!).join(";");
    const out = this.records.begin(TYPE, TAG.Timestamp, (offer ?? identification!).at);
    if (out === undefined) return;
    if (algorithms !== undefined) writeString(out, TAG.HASSH, md5Hex(algorithms));
    writeString(out, TAG.Flow, this.records.flowText(ends, isClient));
    writeString(out, TAG.Ident, identification!.text);
    writeString(out, TAG.Algorithms, algorithms ?? "");
    out.bool(TAG.IsClient, isClient);
    this.records.id(out, TAG.ConnectionID, ends);
    this.records.commit(TYPE);
  }
}

/** What a side is whose first list has these words; undefined where it does not say. */
function roleOf(words: readonly string[]): Role | undefined {
  if (words.some((word) => CLIENT_WORDS.includes(word))) return "client";
  return words.some((word) => SERVER_WORDS.includes(word)) ? "server" : undefined;
}

/** The ten lists, each as it is on the wire; undefined when the message is no such thing. */
function nameLists(message: Uint8Array): string[] | undefined {
  const lists: string[] = [];
  let at = 1 + COOKIE_BYTES;
  while (lists.length < NAME_LISTS) {
    if (at + 4 > message.length) return undefined;
    const end = at + 4 + u32(message, at);
    if (end > message.length) return undefined;
    lists.push(new TextDecoder().decode(message.subarray(at + 4, end)));
    at = end;
  }
  return lists;
}
