import type { Mistake } from "../arguments/answers.ts";
import { type Address, parseLocalAddress } from "../transport/address.ts";
import type { AccessSettings } from "../write/nats/engine_settings.ts";
import type { PagePlace } from "./page_requests.ts";

/** What the flags of a program say of its page. */
export interface PageFlags extends AccessSettings {
  readonly addr: string;
  readonly store: string;
  readonly www: string | undefined;
  readonly "www-token-file": string | undefined;
  readonly "www-cert": string | undefined;
  readonly "www-key": string | undefined;
  readonly "www-host": string;
  readonly "www-proxy": boolean;
}

/** As browsers say it, without the port. */
const HOST_NAME = /^[a-z0-9._-]+$/;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Where the page is to be, and how browsers find it; undefined where it is not asked for. */
export function pagePlace(flags: PageFlags): PagePlace & { readonly address: Address } | undefined {
  const address = flags.www === undefined ? undefined : parseLocalAddress(flags.www);
  if (!address) return undefined;
  const names = flags["www-host"].split(",").map((name) => name.trim().toLowerCase());
  return {
    address,
    names: names.filter((name) => name !== ""),
    isSecure: flags["www-cert"] !== undefined || flags["www-proxy"],
  };
}

/** What is wrong with them: beyond this machine nobody is to read a token, or a cookie, on the way. */
export function pageMistake(flags: PageFlags): Mistake | undefined {
  const { www, "www-cert": cert, "www-key": key } = flags;
  if (www === undefined) return undefined;
  const place = pagePlace(flags);
  if (!place) {
    const message = `Wrong value "${www}" of -www: wanted PORT or HOST:PORT`;
    return { flag: "www", message };
  }
  const wrong = place.names.find((name) => !HOST_NAME.test(name));
  if (wrong !== undefined) {
    const message = `Wrong name "${wrong}" in -www-host: wanted names alone, as in farcap.example`;
    return { flag: "www-host", message };
  }
  if ((cert === undefined) !== (key === undefined)) {
    const flag = cert === undefined ? "www-key" : "www-cert";
    return { flag, message: "Cannot serve the page with TLS: wanted both -www-cert and -www-key" };
  }
  if (!LOOPBACK.test(place.address.hostname) && !place.isSecure) {
    const message = `Cannot serve the page on ${www} without TLS: wanted -www-cert and -www-key, ` +
      "or -www-proxy where a proxy in front of it speaks TLS";
    return { flag: "www", message };
  }
  return undefined;
}
