/** What a collector does for who comes to change how it is known, and not to send. */
export interface SessionAccess {
  /**
   * Enrols the owner of `key` by a token, for good when this resolves.
   *
   * @returns One of `EnrolResult`, and the name that it has from now on.
   */
  enrol(
    key: Uint8Array,
    id: Uint8Array,
    secret: Uint8Array,
  ): Promise<{ readonly result: number; readonly name?: string }>;
  /**
   * Lets the key `next` take the place of `key`, whose owner may send, for good when this resolves.
   *
   * @returns One of `RotateResult`.
   */
  rotate(key: Uint8Array, next: Uint8Array): Promise<number>;
  /** The name under which the owner of `key` sent until it was revoked; undefined for any other key. */
  revokedName(key: Uint8Array): string | undefined;
  /** The owner of `key` has a session, as one that may send. */
  accepted(key: Uint8Array): void;
}
