import { MAX_IPV6_TEXT_BYTES, writeIpv6Text } from "../../base/text/address_text.ts";
import { encodeHex, parseHex } from "../../base/bytes/bytes.ts";
import { latin1 } from "../../base/bytes/latin1.ts";
import { parseIp } from "../../base/text/parse_ip.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const MAC_BYTES = 6;

/** What may be an address within a text: each form is a group, at the beginning and the end of which no digit goes on. */
const FORMS = new RegExp(
  [
    String.raw`(?<![0-9a-z])(?<reverse4>(?:\d{1,3}\.){1,4})(?=in-addr\.arpa)`,
    String.raw`(?<![0-9a-z])(?<reverse6>(?:[0-9a-f]\.){1,32})(?=ip6\.arpa)`,
    String.raw`(?<![0-9a-f])(?<mac>[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}(?:(?::[0-9a-f]{1,2}){2})?` +
    String
      .raw`|[0-9a-f]{2}(?<mark>[-_.])(?:[0-9a-f]{2}\k<mark>){4}[0-9a-f]{2}(?:(?:\k<mark>[0-9a-f]{2}){2})?` +
    String.raw`|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?![0-9a-f:])`,
    String.raw`(?<![0-9a-z:])(?<ipv6>[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:.]*)`,
    String.raw`(?<![0-9a-z])(?<dashed>(?:[0-9a-f]{1,4}-){7}[0-9a-f]{1,4}` +
    String.raw`|[0-9a-f-]{2,39}(?=\.ipv6-literal\.net))(?![0-9a-z])`,
    String.raw`(?<!\d)(?<ipv4>\d{1,3}(?<dot>[-_.])\d{1,3}(?:\k<dot>\d{1,3}){2})(?!\d)`,
    String.raw`(?<![0-9a-f])(?<digits>[0-9a-f]{8,})(?![0-9a-f])`,
  ].join("|"),
  "gi",
);
/** What every text has in which one of the forms is. */
const HINT = /[0-9a-f]{8}|[0-9a-f][-_.:][0-9a-f]+[-_.:]|::|\.arpa|\.ipv6-literal/i;
/** Behind an address: a port. */
const PORT = /:\d{1,5}$/;

/**
 * Rewrites the addresses in a text: IPv4, IPv6 and hardware addresses in whatever form people and programs
 * write them, and in names that stand for them. What only looks like one is rewritten, too.
 */
export class AddressTexts {
  readonly #pseudonyms: Pseudonyms;
  readonly #ip = new Uint8Array(IPV6_BYTES);

  constructor(pseudonyms: Pseudonyms) {
    this.#pseudonyms = pseudonyms;
  }

  /** @param text One character a byte. */
  rewrite(text: string): string {
    if (!HINT.test(text)) return text;
    return text.replace(FORMS, (whole, ...rest) => this.#replaced(whole, rest.at(-1)));
  }

  #replaced(text: string, forms: Readonly<Record<string, string | undefined>>): string {
    if (forms.reverse4 !== undefined) return this.#reverse4(text);
    if (forms.reverse6 !== undefined) return this.#reverse6(text);
    if (forms.mac !== undefined) return this.#mac(text);
    if (forms.ipv6 !== undefined) return this.#ipv6(text);
    if (forms.dashed !== undefined) {
      return this.#ipv6(text.replaceAll("-", ":")).replaceAll(":", "-");
    }
    return forms.ipv4 !== undefined ? this.#ipv4(text, forms.dot!) : this.#digits(text);
  }

  /** Labels of a name below in-addr.arpa, the last of an address first; some may be missing in front. */
  #reverse4(text: string): string {
    const parts = text.slice(0, -1).split(".").reverse().map(Number);
    if (parts.some((part) => part > 255)) return text;
    const ip = this.#ip.fill(0);
    ip.set(parts);
    this.#pseudonyms.ip(ip, IPV4_BYTES);
    return [...ip.subarray(0, parts.length)].reverse().join(".") + ".";
  }

  /** The same of ip6.arpa, a label for each hex digit. */
  #reverse6(text: string): string {
    const digits = text.replaceAll(".", "").split("").reverse();
    const ip = this.#ip;
    ip.set(parseHex(digits.join("").padEnd(2 * IPV6_BYTES, "0"))!);
    this.#pseudonyms.ip(ip, IPV6_BYTES);
    return encodeHex(ip).slice(0, digits.length).split("").reverse().join(".") + ".";
  }

  #mac(text: string): string {
    const mark = /[-_.:]/.exec(text)![0];
    const width = mark === "." && text.length === 14 ? 4 : 2;
    const mac = parseHex(text.split(mark).map((part) => part.padStart(width, "0")).join(""))!;
    this.#pseudonyms.mac(mac, mac.length);
    return encodeHex(mac).match(new RegExp(`.{${width}}`, "g"))!.join(mark);
  }

  /** Of what has two colons at its beginning: as much as is an address, if anything is. */
  #ipv6(text: string): string {
    for (let end = text.length; end >= 2; end = Math.max(text.lastIndexOf(":", end - 1), 0)) {
      const part = text.slice(0, end);
      if (this.#parse(part) === IPV6_BYTES) {
        this.#pseudonyms.ip(this.#ip, IPV6_BYTES);
        return ipv6Text(this.#ip) + text.slice(end);
      }
    }
    return text;
  }

  #ipv4(text: string, mark: string): string {
    const parts = text.split(mark).map(Number);
    if (parts.some((part) => part > 255)) return text;
    this.#ip.set(parts);
    this.#pseudonyms.ip(this.#ip, IPV4_BYTES);
    return this.#ip.subarray(0, IPV4_BYTES).join(mark);
  }

  /** A row of digits: of the length of an address, or a number that may be one. */
  #digits(text: string): string {
    const isNumber = /^\d+$/.test(text);
    if (text.length === 2 * IPV4_BYTES && !isNumber) {
      this.#ip.set(parseHex(text)!);
      this.#pseudonyms.ip(this.#ip, IPV4_BYTES);
      return encodeHex(this.#ip.subarray(0, IPV4_BYTES));
    }
    if (text.length === 2 * IPV6_BYTES) {
      this.#ip.set(parseHex(text)!);
      this.#pseudonyms.ip(this.#ip, IPV6_BYTES);
      return encodeHex(this.#ip);
    }
    if (text.length === 2 * MAC_BYTES) {
      const mac = parseHex(text)!;
      this.#pseudonyms.mac(mac, mac.length);
      return encodeHex(mac);
    }
    let digits = "";
    for (let part = 0; digits.length < text.length; part++) {
      const hash = this.#pseudonyms.hash(`digits ${part} ${text.toLowerCase()}`);
      digits += isNumber ? [...hash].map((byte) => byte % 10).join("") : encodeHex(hash);
    }
    return digits.slice(0, text.length);
  }

  /** Whether a whole text is one address, with a port or without: what {@linkcode AddressTexts.rewrite} rewrites whole. */
  isAddress(text: string): boolean {
    const bare = text.startsWith("[") ? text.replace(PORT, "").slice(1, -1) : text;
    return this.#parse(bare) > 0 || this.#parse(bare.replace(PORT, "")) === IPV4_BYTES;
  }

  /** @returns The length of the address, which is in `#ip` then. */
  #parse(text: string): number {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return parseIp(bytes, 0, bytes.length, this.#ip);
  }
}

function ipv6Text(ip: Uint8Array): string {
  const bytes = new Uint8Array(MAX_IPV6_TEXT_BYTES);
  return latin1(bytes, 0, writeIpv6Text(bytes, 0, ip, 0));
}
