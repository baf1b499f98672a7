import { parseIp } from "../base/text/parse_ip.ts";
import type { RequestHead } from "../transport/http/request_head.ts";

/** What the page's own scripts say in a header; a form or a link of another site cannot. */
export const OWN_HEADER = "x-farcap";

/** Where browsers find the page. */
export interface PagePlace {
  /** Names by which it is reached, besides addresses and `localhost`; in small letters. */
  readonly names: readonly string[];
  /** Whether browsers speak TLS with it, or with a proxy in front of it. */
  readonly isSecure: boolean;
}

/**
 * Whether a request names this page as its host. A name that somebody else owns may lead here (DNS
 * rebinding): then it is that name which stands there. An address cannot.
 */
export function isOwnHost(
  { headers }: Pick<RequestHead, "headers">,
  { names }: PagePlace,
): boolean {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/
    .exec(headers.get("host")?.toLowerCase() ?? "");
  if (!match) return false;
  const name = match[1] ?? match[2]!;
  return name === "localhost" || names.includes(name) || isIp(name);
}

function isIp(text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  return parseIp(bytes, 0, bytes.length, new Uint8Array(16)) > 0;
}

/**
 * Whether a request that changes something comes from the page itself: browsers say from where
 * (`Origin`, `Sec-Fetch-Site`), and its scripts say more than another site may without having asked.
 */
export function isFromPage(
  { headers }: Pick<RequestHead, "headers">,
  { isSecure }: PagePlace,
): boolean {
  const origin = `${isSecure ? "https" : "http"}://${headers.get("host")?.toLowerCase()}`;
  return headers.has(OWN_HEADER) && headers.get("origin")?.toLowerCase() === origin &&
    (headers.get("sec-fetch-site") ?? "same-origin") === "same-origin";
}
