/** The two clocks of a store. */
export interface StoreClock {
  /** ms since 1970, as the system has it: it may be set, forward or back. */
  wallMs(): number;
  /** ms since any moment, which never goes back: for ages and pauses. */
  monotonicMs(): number;
}
