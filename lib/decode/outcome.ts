/** What became of one layer of a packet. */
export const Outcome = {
  /** A record was written, or a layer without a record was passed. */
  Ok: 0,
  /** The capture or the packet ends before the header does. */
  Truncated: 1,
  /** The header contradicts itself or the standard. */
  Malformed: 2,
  /** The message goes on in another packet. */
  Incomplete: 3,
  /** A message of a form that has no record, such as NTP control messages and plain BOOTP. */
  Unsupported: 4,
  /** The packet has more layers than the dissector goes into. */
  TooDeep: 5,
} as const;
/** One of these. */
export type Outcome = typeof Outcome[keyof typeof Outcome];

/** Names of the outcomes, by number, for counters. */
export const OUTCOME_NAMES = [
  "ok",
  "truncated",
  "malformed",
  "incomplete",
  "unsupported",
  "too deep",
] as const;
