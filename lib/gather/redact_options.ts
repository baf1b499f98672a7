/** How records are rewritten before they are gathered, so that they name nobody. */
export interface RedactOptions {
  /** 32 bytes; those who have the same one make the same of the same. */
  readonly key: Uint8Array;
  /** Whether names are rewritten, and texts that may have some in them; else these stay but for addresses. */
  readonly names: boolean;
}

/** How many fields were left out, by kind. */
export type LeftOut = ReadonlyMap<string, number>;
