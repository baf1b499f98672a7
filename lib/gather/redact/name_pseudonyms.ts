import type { AddressTexts } from "./address_texts.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/** Names below these stand for addresses, which are rewritten, or are prefixes of such. */
const REVERSE =
  /^(.*?)((?:(?<![^.])\d{1,3}\.){1,4}in-addr\.arpa|(?:(?<![^.])[0-9a-f]\.){1,32}ip6\.arpa)(\.?)$/i;
/** Behind a name: the root's dot, a port. */
const BEHIND = /\.?(:\d{1,5})?$/;
/** 60 bits: of a billion names, two are one with a probability of a half. */
const LABEL_DIGITS = 12;
const TEXT_DIGITS = 16;
const MAX_KEPT = 1 << 14;
/** Words that say what is done, and not by whom: methods of HTTP, versions and protocols (ALPN, RFC 7301). */
const COMMON_WORDS = new Set(
  ("GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND HTTP/1.0 HTTP/1.1 HTTP/2 HTTP/2.0 HTTP/3 " +
    "h2 h2c h3 http/1.0 http/1.1 dot doq ftp imap pop3 xmpp-client webrtc mqtt smb").split(" "),
);

/**
 * What stands in place of names, and of texts that may have some in them. Each label of a name is rewritten
 * by itself, as those behind it say: so names of one domain have its pseudonym at their end, and the
 * same label in front of two domains, such as www, is not the same, which would tell what it is.
 */
export class NamePseudonyms {
  readonly #pseudonyms: Pseudonyms;
  readonly #texts: AddressTexts;
  readonly #labels = new Map<string, string>();

  constructor(pseudonyms: Pseudonyms, texts: AddressTexts) {
    this.#pseudonyms = pseudonyms;
    this.#texts = texts;
  }

  /** @param name One character a byte: of a host or domain, a mailbox, a user, a file, an address. */
  name(name: string): string {
    if (this.#texts.isAddress(name)) return this.#texts.rewrite(name);
    const [, front, reverse, end] = REVERSE.exec(name) ?? [];
    if (reverse !== undefined) {
      return this.#labelsOf(front!, reverse.toLowerCase()) + this.#texts.rewrite(reverse) + end;
    }
    const behind = BEHIND.exec(name)?.[0] ?? "";
    return this.#labelsOf(name.slice(0, name.length - behind.length), "") + behind;
  }

  /** @param text One character a byte. */
  text(text: string): string {
    if (text === "" || COMMON_WORDS.has(text)) return text;
    return this.#pseudonyms.token(`text ${text}`, TEXT_DIGITS);
  }

  #labelsOf(name: string, suffix: string): string {
    let rewritten = "";
    for (const part of name.split(/([.@])/).reverse()) {
      const isMark = part === "" || part === "." || part === "@";
      suffix = part.toLowerCase() + suffix;
      rewritten = (isMark ? part : this.#label(suffix)) + rewritten;
    }
    return rewritten;
  }

  #label(labelAndSuffix: string): string {
    let label = this.#labels.get(labelAndSuffix);
    if (label === undefined) {
      label = this.#pseudonyms.token(`label ${labelAndSuffix}`, LABEL_DIGITS);
      if (this.#labels.size === MAX_KEPT) this.#labels.clear();
      this.#labels.set(labelAndSuffix, label);
    }
    return label;
  }
}
