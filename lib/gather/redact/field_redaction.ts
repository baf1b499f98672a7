import {
  MAX_IPV6_TEXT_BYTES,
  writeIpv4Text,
  writeIpv6Text,
  writeMacText,
} from "../../base/text/address_text.ts";
import { bits32 } from "../../base/bytes/bytes.ts";
import { hexDigit } from "../../base/bytes/hex_digit.ts";
import { latin1 } from "../../base/bytes/latin1.ts";
import { parseIp } from "../../base/text/parse_ip.ts";
import type { Tag } from "../../base/record/tags.ts";
import { readUvarint, uvarintEnd } from "../../base/bytes/uvarint.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { AddressTexts } from "./address_texts.ts";
import type { Layout } from "./layout.ts";
import { NamePseudonyms } from "./name_pseudonyms.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const MAX_MAC_BYTES = 15;
const COLON = 0x3a;
/** What no text has. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x08\x0e-\x1f\x7f]/;
const NOT_ASCII = /[\x80-\xff]/;

/**
 * Writes single fields rewritten; each method is given the field's tag, and its value in `bytes[at, end)`. It
 * writes nothing and returns false where the value does not have the form that it should.
 */
export class FieldRedaction {
  readonly #pseudonyms: Pseudonyms;
  readonly #texts: AddressTexts;
  readonly #names: NamePseudonyms | undefined;
  readonly #address = new Uint8Array(IPV6_BYTES);
  readonly #text = new Uint8Array(Math.max(MAX_IPV6_TEXT_BYTES, 3 * MAX_MAC_BYTES));
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });

  /** @param hidesNames Whether names, and texts that may have some in them, are rewritten as well. */
  constructor(pseudonyms: Pseudonyms, hidesNames: boolean) {
    this.#pseudonyms = pseudonyms;
    this.#texts = new AddressTexts(pseudonyms);
    if (hidesNames) this.#names = new NamePseudonyms(pseudonyms, this.#texts);
  }

  /** An IP address as text. */
  addressText(tag: number, bytes: Uint8Array, at: number, end: number, out: WireWriter): boolean {
    const ip = this.#address;
    const length = parseIp(bytes, at, end, ip);
    if (length === 0) return this.#rawAddressOrText(tag, bytes, at, end, out);
    this.#pseudonyms.ip(ip, length);
    const write = length === IPV4_BYTES ? writeIpv4Text : writeIpv6Text;
    this.#write(tag, this.#text, write(this.#text, 0, ip, 0), out);
    return true;
  }

  /** An IP address of 4 or 16 bytes, or the first bytes of one of IPv6. */
  addressBytes(tag: number, bytes: Uint8Array, at: number, end: number, out: WireWriter): boolean {
    const length = end - at;
    if (length > IPV6_BYTES) return false;
    const ip = this.#address.fill(0);
    for (let i = 0; i < length; i++) ip[i] = bytes[at + i]!;
    this.#pseudonyms.ip(ip, length === IPV4_BYTES ? IPV4_BYTES : IPV6_BYTES);
    this.#write(tag, ip, length, out);
    return true;
  }

  /** An IPv4 address as a number. */
  addressNumber(tag: number, bytes: Uint8Array, at: number, end: number, out: WireWriter): boolean {
    out.uint32(tag as Tag<number>, this.#addressOf(readUvarint(bytes, at, end)));
    return true;
  }

  /** IPv4 addresses as packed numbers. */
  addressNumbers(
    tag: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    out: WireWriter,
  ): boolean {
    const addresses = new Uint8Array(IPV4_BYTES * (end - at));
    let length = 0;
    while (at < end) {
      const next = uvarintEnd(bytes, at, end);
      this.#addressOf(readUvarint(bytes, at, next));
      addresses.set(this.#address.subarray(0, IPV4_BYTES), length);
      length += IPV4_BYTES;
      at = next;
    }
    out.uint32sOf(tag as Tag<number>, addresses, 0, length);
    return true;
  }

  /** A hardware address as hex pairs with colons. */
  macText(tag: number, bytes: Uint8Array, at: number, end: number, out: WireWriter): boolean {
    const mac = this.#address;
    const length = Math.floor((end - at + 1) / 3);
    if (length > MAX_MAC_BYTES || 3 * length - 1 !== end - at) {
      return this.macBytes(tag, bytes, at, end, out);
    }
    for (let i = 0; i < length; i++) {
      const pairAt = at + 3 * i;
      const [high, low] = [hexDigit(bytes[pairAt]!), hexDigit(bytes[pairAt + 1]!)];
      if (high < 0 || low < 0 || (i > 0 && bytes[pairAt - 1] !== COLON)) return false;
      mac[i] = 16 * high + low;
    }
    this.#pseudonyms.mac(mac, length);
    this.#write(tag, this.#text, writeMacText(this.#text, 0, mac, 0, length), out);
    return true;
  }

  /** A hardware address of 6 or 8 bytes. */
  macBytes(tag: number, bytes: Uint8Array, at: number, end: number, out: WireWriter): boolean {
    const length = end - at;
    if (length !== 6 && length !== 8) return false;
    const mac = this.#address;
    for (let i = 0; i < length; i++) mac[i] = bytes[at + i]!;
    this.#pseudonyms.mac(mac, length);
    this.#write(tag, mac, length, out);
    return true;
  }

  /** A name: of a host, a domain, a user. */
  name(tag: number, bytes: Uint8Array, at: number, end: number, out: WireWriter): boolean {
    const text = this.#textOf(bytes, at, end);
    if (text === undefined) return false;
    this.#writeText(tag, this.#names ? this.#names.name(text) : this.#texts.rewrite(text), out);
    return true;
  }

  /** A text in which anything may be. */
  text(tag: number, bytes: Uint8Array, at: number, end: number, out: WireWriter): boolean {
    const text = this.#textOf(bytes, at, end);
    if (text === undefined) return false;
    this.#writeText(tag, this.#names ? this.#names.text(text) : this.#texts.rewrite(text), out);
    return true;
  }

  /** A text that stands for another, of which there may be few. */
  hash(tag: number, bytes: Uint8Array, at: number, end: number, out: WireWriter): boolean {
    this.#writeText(
      tag,
      this.#pseudonyms.token(`hash ${latin1(bytes, at, end)}`, 16),
      out,
    );
    return true;
  }

  /** Bytes of a known form. */
  laidOut(
    layout: Layout,
    tag: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    out: WireWriter,
  ): boolean {
    if (layout === "name") return this.name(tag, bytes, at, end, out);
    if (layout === "text") return this.text(tag, bytes, at, end, out);
    const copy = bytes.slice(at, end);
    if (!layout(copy, this.#pseudonyms)) return false;
    this.#write(tag, copy, copy.length, out);
    return true;
  }

  /** What decoders write of addresses that are no text: raw bytes; else text with addresses in it. */
  #rawAddressOrText(
    tag: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    out: WireWriter,
  ): boolean {
    if (end - at === IPV4_BYTES) return this.addressBytes(tag, bytes, at, end, out);
    const text = this.#textOf(bytes, at, end);
    const rewritten = text !== undefined ? this.#texts.rewrite(text) : text;
    if (rewritten === text || rewritten === undefined) return false;
    this.#writeText(tag, rewritten, out);
    return true;
  }

  /** The address that a number is, rewritten: also in `#address`. */
  #addressOf(value: number): number {
    const ip = this.#address;
    for (let i = 0; i < IPV4_BYTES; i++) ip[i] = value >>> (24 - 8 * i);
    this.#pseudonyms.ip(ip, IPV4_BYTES);
    return bits32(ip, 0);
  }

  /** The text up to zeros that fill a field, one character a byte; undefined when it is none. */
  #textOf(bytes: Uint8Array, at: number, end: number): string | undefined {
    while (end > at && bytes[end - 1] === 0) end--;
    const value = bytes.subarray(at, end);
    const text = latin1(value);
    if (CONTROL.test(text)) return undefined;
    if (!NOT_ASCII.test(text)) return text;
    try {
      this.#utf8.decode(value);
      return text;
    } catch {
      return undefined;
    }
  }

  #write(tag: number, value: Uint8Array, length: number, out: WireWriter): void {
    const mark = out.open(tag as Tag<Uint8Array>);
    out.raw(value, 0, length);
    out.close(mark);
  }

  #writeText(tag: number, text: string, out: WireWriter): void {
    const mark = out.open(tag as Tag<Uint8Array>);
    for (let i = 0; i < text.length; i++) out.byte(text.charCodeAt(i));
    out.close(mark);
  }
}
