/** How connections are followed; can be posted to a worker. */
export interface FollowOptions {
  /** After how long without a packet a connection has ended, in seconds. */
  readonly idleSeconds: IdleSeconds;
  /** How often a connection that lasts has a record, in seconds. */
  readonly activeSeconds: number;
  /** What connections and streams may take, in bytes. */
  readonly maxBytes: number;
  /** Whether users' names that connections carry may be in records; secrets never are. */
  readonly hasCredentials: boolean;
  /** Whether there are profiles of devices and addresses. */
  readonly hasProfiles: boolean;
}

/** By protocol; those that are not named are as UDP. */
export interface IdleSeconds {
  /** Of TCP. */
  readonly tcp: number;
  /** Of UDP, and of what has no time of its own. */
  readonly udp: number;
  /** Of ICMP, both versions. */
  readonly icmp: number;
}
