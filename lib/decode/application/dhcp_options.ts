/**
 * The options of a DHCP message: code 1, length 1, data; pads have their code only, and an end option
 * may be last. They may go on in the fields `file` and `sname` (option 52; RFC 2131, section 4.1), and
 * those of one code are parts of one option, wherever they are (RFC 3396, section 7).
 */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { DHCPOptionSchema, DHCPv4Schema } from "../../../proto/netcap_tags.ts";

const TAG = tagsOf(DHCPv4Schema);
const OPTION_TAG = tagsOf(DHCPOptionSchema);
const PAD = 0;
const END = 255;
const OVERLOAD = 52;
const IN_FILE = 1;
const IN_SERVER_NAME = 2;
/** What relay agents add: options within, of the same form without pads. RFC 3046, section 2.0. */
const RELAY_AGENT = 82;
const COMMA = 0x2c;
const MAX_AREAS = 3;

/** Where the options of one message are. One object serves all messages, so that none costs memory. */
export class DhcpOptions {
  /** Whether an option does not fit into the options field. */
  isCut = false;
  /** Whether the end option is there. */
  isEnded = false;
  #areas = 0;
  readonly #at = new Uint32Array(MAX_AREAS);
  readonly #end = new Uint32Array(MAX_AREAS);
  /** By code, how many options have it. */
  readonly #parts = new Uint32Array(256);

  /** Finds the whole options in the options field `bytes[at, end)` and, where they go on, in the others. */
  find(
    bytes: Uint8Array,
    at: number,
    end: number,
    fileAt: number,
    fileEnd: number,
    nameAt: number,
    nameEnd: number,
  ): void {
    this.#areas = 0;
    this.#parts.fill(0);
    const optionsEnd = this.#add(bytes, at, end);
    this.isEnded = optionsEnd < end && bytes[optionsEnd] === END;
    this.isCut = optionsEnd < end && !this.isEnded;
    const overload = overloadOf(bytes, at, optionsEnd);
    if ((overload & IN_FILE) !== 0) this.#add(bytes, fileAt, fileEnd);
    if ((overload & IN_SERVER_NAME) !== 0) this.#add(bytes, nameAt, nameEnd);
  }

  /** Writes the options, the parts of one together where the first of them is. */
  write(out: WireWriter, bytes: Uint8Array): void {
    for (let area = 0; area < this.#areas; area++) {
      for (let at = this.#at[area]!; at < this.#end[area]!; at += optionBytes(bytes, at)) {
        const code = bytes[at]!;
        const parts = this.#parts[code]!;
        if (code === PAD && area === 0) out.close(out.open(TAG.Options));
        if (code === PAD || parts === 0) continue;
        this.#parts[code] = 0; // the other parts are written
        const option = out.open(TAG.Options);
        out.uint32(OPTION_TAG.Type, code);
        if (parts === 1) writeData(out, bytes, at);
        else this.#writeParts(out, bytes, area, at);
        out.close(option);
      }
    }
  }

  /** Writes the codes of all options and parts, in their order, as decimal numbers with commas. */
  writeFingerprint(out: WireWriter, bytes: Uint8Array): void {
    if (this.#end[0] === this.#at[0]) return;
    const text = out.open(TAG.Fingerprint);
    for (let area = 0; area < this.#areas; area++) {
      for (let at = this.#at[area]!; at < this.#end[area]!; at += optionBytes(bytes, at)) {
        if (bytes[at] === PAD && area > 0) continue;
        if (at > this.#at[0]! || area > 0) out.byte(COMMA);
        out.decimal(bytes[at]!);
      }
    }
    out.close(text);
  }

  /** Writes length and data of all options with the code of the one at `at`, which is the first. */
  #writeParts(out: WireWriter, bytes: Uint8Array, firstArea: number, firstAt: number): void {
    let length = 0;
    for (let pass = 0; pass < 2; pass++) {
      const data = pass === 0 ? 0 : out.open(OPTION_TAG.Data);
      for (let area = firstArea; area < this.#areas; area++) {
        let at = area === firstArea ? firstAt : this.#at[area]!;
        for (; at < this.#end[area]!; at += optionBytes(bytes, at)) {
          if (bytes[at] !== bytes[firstAt]) continue;
          if (pass === 0) length += bytes[at + 1]!;
          else out.raw(bytes, at + 2, at + optionBytes(bytes, at));
        }
      }
      if (pass === 0) out.uint32(OPTION_TAG.Length, length);
      if (length === 0) return;
      if (pass === 1) out.close(data);
    }
  }

  /** Adds the options in `bytes[at, end)` that are whole; returns where they end. */
  #add(bytes: Uint8Array, at: number, end: number): number {
    const area = this.#areas++;
    this.#at[area] = at;
    while (at < end && bytes[at] !== END) {
      if (bytes[at] !== PAD && (at + 2 > end || at + 2 + bytes[at + 1]! > end)) break;
      this.#parts[bytes[at]!]!++;
      at += optionBytes(bytes, at);
    }
    this.#end[area] = at;
    return at;
  }
}

function writeData(out: WireWriter, bytes: Uint8Array, at: number): void {
  const dataAt = at + 2;
  const end = at + optionBytes(bytes, at);
  out.uint32(OPTION_TAG.Length, end - dataAt);
  out.bytesOf(OPTION_TAG.Data, bytes, dataAt, end);
  if (bytes[at] !== RELAY_AGENT || !areWithin(bytes, dataAt, end)) return;
  for (let partAt = dataAt; partAt < end; partAt += 2 + bytes[partAt + 1]!) {
    const part = out.open(OPTION_TAG.SubOptions);
    out.uint32(OPTION_TAG.Type, bytes[partAt]!);
    out.uint32(OPTION_TAG.Length, bytes[partAt + 1]!);
    out.bytesOf(OPTION_TAG.Data, bytes, partAt + 2, partAt + 2 + bytes[partAt + 1]!);
    out.close(part);
  }
}

/** Whether options without pads fill `bytes[at, end)` exactly. */
function areWithin(bytes: Uint8Array, at: number, end: number): boolean {
  while (at + 2 <= end) at += 2 + bytes[at + 1]!;
  return at === end;
}

/** The value of the overload option in `bytes[at, end)`, whose options are whole; 0 without one. */
function overloadOf(bytes: Uint8Array, at: number, end: number): number {
  for (; at < end; at += optionBytes(bytes, at)) {
    if (bytes[at] === OVERLOAD && bytes[at + 1] === 1) return bytes[at + 2]!;
  }
  return 0;
}

/** Length of the option at `at`, its code and length bytes included. */
function optionBytes(bytes: Uint8Array, at: number): number {
  return bytes[at] === PAD ? 1 : 2 + bytes[at + 1]!;
}
