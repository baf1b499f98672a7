/** What became of the records of one type. */
export interface TypeLedger {
  /** Made in the time, or waiting at its beginning; undefined when the sensor keeps no books. */
  made?: number;
  /** With the collector, durable. */
  stored: number;
  /** Dropped by the sensor, whose queue or spool was full. */
  evicted: number;
  /** By the collector. */
  refused: number;
  /** Larger than what can be sent. */
  tooLarge: number;
  /** Of a type that the collector did not want. */
  unwanted: number;
  /** With the sensor, or under way. */
  held: number;
  /** A part of what was stored. */
  expired: number;
  /** Acknowledged, and not there any more. */
  lost: number;
  /** At least so many are not known to be anywhere. */
  unknown: number;
}

/** Of which nothing is known. */
export function emptyType(): TypeLedger {
  return {
    ...{ stored: 0, evicted: 0, refused: 0, tooLarge: 0, unwanted: 0 },
    ...{ held: 0, expired: 0, lost: 0, unknown: 0 },
  };
}
