/** Where sensors are that several collectors serve. */
export interface Whereabouts {
  /** Tells the others that a sensor has come here. @param isHere Whether it still is, when that is told. */
  came(name: string, isHere: () => boolean): void;
  /** Whether it came to another collector last; undefined when nobody can tell just now. */
  isElsewhere(name: string): Promise<boolean | undefined>;
}
