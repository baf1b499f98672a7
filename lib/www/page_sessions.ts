import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { encodeHex } from "../base/bytes/bytes.ts";

const DAY_MS = 86_400_000;
/** For how long a browser need not be told the token again. */
const VALID_MS = 30 * DAY_MS;
/** Random bytes that tell sessions apart. */
export const NONCE_BYTES = 16;

/**
 * Who has typed the token. A browser keeps a cookie that only who knows the token could have made, and
 * that does not tell it: `EXPIRY.NONCE.MAC`, where the MAC is HMAC-SHA256 under a key made of the token.
 * So nothing is remembered here, and who is known stays known when the program starts anew; another token
 * ends all sessions. Comparisons take the same time whatever is wrong.
 */
export class PageSessions {
  readonly #cookie: string;
  readonly #key: Uint8Array;
  readonly #tokenDigest: Uint8Array;
  readonly #attributes: string;

  /**
   * @param port The page's own: cookies are for all ports of a host, and each page there has its own.
   * @param isSecure Whether browsers speak TLS with the page.
   */
  constructor(token: string, port: number, isSecure: boolean) {
    this.#cookie = `${isSecure ? "__Host-" : ""}farcap-${port}`;
    this.#key = createHmac("sha256", token).update("farcap page session").digest();
    this.#tokenDigest = digest(token);
    this.#attributes = `; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
  }

  /** Whether it is the token. */
  isToken(text: string): boolean {
    return timingSafeEqual(digest(text.trim()), this.#tokenDigest);
  }

  /** The value of `Set-Cookie` for who has typed the token. @param nonce Random bytes. */
  begin(nonce: Uint8Array, nowMs: number): string {
    const claim = `${Math.floor((nowMs + VALID_MS) / 1000)}.${encodeHex(nonce)}`;
    const maxAge = `; Max-Age=${VALID_MS / 1000}`;
    return `${this.#cookie}=${claim}.${encodeHex(this.#mac(claim))}${maxAge}${this.#attributes}`;
  }

  /** The value of `Set-Cookie` for who leaves. */
  get end(): string {
    return `${this.#cookie}=; Max-Age=0${this.#attributes}`;
  }

  /** Whether the value of `Cookie` has a session that is good. */
  isKnown(cookies: string | undefined, nowMs: number): boolean {
    for (const cookie of (cookies ?? "").split("; ")) {
      const [name, value = ""] = cookie.split("=", 2);
      if (name !== this.#cookie) continue;
      const [, claim, seconds, mac] = /^((\d{1,12})\.[0-9a-f]{32})\.([0-9a-f]{64})$/.exec(value) ??
        [];
      if (claim === undefined || !equal(mac!, encodeHex(this.#mac(claim)))) continue;
      if (Number(seconds) * 1000 > nowMs) return true;
    }
    return false;
  }

  #mac(claim: string): Uint8Array {
    return createHmac("sha256", this.#key).update(claim).digest();
  }
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/** Of texts of one length. */
function equal(one: string, other: string): boolean {
  const encoder = new TextEncoder();
  return timingSafeEqual(encoder.encode(one), encoder.encode(other));
}
