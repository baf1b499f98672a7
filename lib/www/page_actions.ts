import { DURATION_QUANTITY } from "../arguments/quantity.ts";

/** What may be done from the page. Both throw a FarcapError for what cannot be. */
export interface PageActions {
  /** Makes a token for a sensor to enrol with, once. */
  enrol(wanted: EnrolWish): Promise<{ readonly token: string; readonly expires: Date }>;
  /** Lets no key of a name send any more. */
  revoke(name: string): Promise<void>;
}

/** For whom a token is to be. */
export interface EnrolWish {
  /** The name, and options behind it, as behind `-enroll`. */
  readonly words: string;
  /** Where the sensor reaches the collector, `HOST:PORT`. */
  readonly address: string;
  readonly validMs: number;
}

/** Something that is to be done, or why not. */
export type PageAction =
  | { readonly kind: "enrol"; readonly wish: EnrolWish }
  | { readonly kind: "revoke"; readonly name: string }
  | { readonly problem: string };

/** What was done, for the log, and what the page is told. */
export interface ActionDone {
  readonly said: string;
  readonly answer: Readonly<Record<string, unknown>>;
}

const MAX_VALID_MS = 365 * 86_400_000;

/** What a request asks to be done; undefined for a route that does nothing. */
export function parseAction(
  route: string,
  { words, address, valid, name }: Readonly<Record<string, unknown>>,
): PageAction | undefined {
  if (route === "POST /api/revoke") {
    return isText(name) ? { kind: "revoke", name } : { problem: "wanted: a name" };
  }
  if (route !== "POST /api/enrol") return undefined;
  if (!isText(words)) return { problem: "wanted: a name for the sensor" };
  if (!isText(address)) return { problem: "wanted: where the sensor reaches the collector" };
  const validMs = isText(valid) ? DURATION_QUANTITY.parse(valid) : undefined;
  if (validMs === undefined || validMs < 1000 || validMs > MAX_VALID_MS) {
    return { problem: "wanted: for how long the token is good, as in 1h, a year at most" };
  }
  return { kind: "enrol", wish: { words, address, validMs } };
}

/** Does it. @throws FarcapError when that cannot be. */
export async function doAction(
  actions: PageActions,
  action: Exclude<PageAction, { readonly problem: string }>,
): Promise<ActionDone> {
  if (action.kind === "revoke") {
    await actions.revoke(action.name);
    return { said: `${action.name} may not send any more`, answer: {} };
  }
  const { token, expires } = await actions.enrol(action.wish);
  return {
    said: `a token was made for ${action.wish.words}`,
    answer: { token, expires: expires.toISOString() },
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
