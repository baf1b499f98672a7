/** Whoever has started a program and wants to know how it fares, such as systemd. */
export interface Service {
  /** It does what it is there for. */
  ready(): void;
  /** How it fares, in a line. */
  status(line: string): void;
  /** It begins to end. */
  stopping(): void;
  /** How to find out, again and again, whether it works: it does when `proof` resolves. */
  watch(proof: () => Promise<unknown>): void;
}
