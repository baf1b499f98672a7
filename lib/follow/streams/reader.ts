/** Reads what both sides of one connection say, in an application's words. */
export interface Reader {
  /** What it reads, as `HTTP`. */
  readonly application: string;
  /**
   * What is to become of the connection: `more` is wanted, all that is wanted has been read (`done`), the
   * bytes are no such application's or too much (`broken`), or another application's words follow on both
   * sides (`other`).
   */
  readonly state: ReaderState;
  /** Bytes that it keeps, roughly, besides those that come again. */
  readonly keptBytes: number;
  /**
   * Reads bytes of one side, in order, `bytes[at, end)`, and returns where those begin that make no sense
   * without more of that side: they come again, with more behind them.
   */
  read(fromClient: boolean, bytes: Uint8Array, at: number, end: number): number;
  /**
   * Says that nothing of one side can be read behind `rest`, which it had not made sense of.
   *
   * @param isWhole Whether the side has said no more, too.
   */
  ended(fromClient: boolean, rest: Uint8Array, isWhole: boolean): void;
  /** Says that nothing more comes at all; writes what is open. */
  close(): void;
}

export type ReaderState = "more" | "done" | "broken" | "other";
