/** Which records are wanted, by their times in nanoseconds since 1970. */
export interface TimeSpan {
  /** The first time wanted. */
  readonly from?: bigint;
  /** The first time that is not wanted any more. */
  readonly to?: bigint;
}

/** The times that both spans have. */
export function spanWithin(one: TimeSpan, other: TimeSpan): TimeSpan {
  const later = one.from === undefined || (other.from !== undefined && other.from > one.from);
  const earlier = one.to === undefined || (other.to !== undefined && other.to < one.to);
  return { from: (later ? other : one).from, to: (earlier ? other : one).to };
}
