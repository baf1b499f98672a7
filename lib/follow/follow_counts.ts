/** What the stage has counted of connections and packets. */
export interface FollowCounts {
  /** Connections that began. */
  opened: number;
  /** Connections that go on. */
  open: number;
  /** Ended by FIN of both sides. */
  finished: number;
  /** Ended by RST. */
  reset: number;
  /** Ended by a new one with their addresses and ports. */
  replaced: number;
  /** Ended since no packet had come for long. */
  idle: number;
  /** Ended with the sensor. */
  ended: number;
  /** Written and forgotten since the memory was full. */
  evicted: number;
  /** Records of connections that went on. */
  interim: number;
  /** Packets with an IP header. */
  packets: number;
  /** Of these, those whose ports are not known though their protocol has some. */
  portsUnknown: number;
  /** Packets that came twice, a mirror port's. */
  doubled: number;
  /** Packets that were put together or not yet cut by a network card. */
  superPackets: number;
  /** Packets whose IP header has the length 0. */
  withoutLength: number;
  /** Connections of which the one side was seen only, though it acknowledges what the other has sent. */
  oneSided: number;
  /** How often the packets' clock was set back. */
  clockSetBack: number;
  /** Hardware addresses of which profiles are held. */
  devices: number;
  /** Addresses of which profiles are held. */
  addresses: number;
  /** Profiles that were written and forgotten since there was no room for more. */
  evictedProfiles: number;
}

/** Counts of nothing. */
export function createFollowCounts(): FollowCounts {
  return {
    opened: 0,
    open: 0,
    finished: 0,
    reset: 0,
    replaced: 0,
    idle: 0,
    ended: 0,
    evicted: 0,
    interim: 0,
    packets: 0,
    portsUnknown: 0,
    doubled: 0,
    superPackets: 0,
    withoutLength: 0,
    oneSided: 0,
    clockSetBack: 0,
    devices: 0,
    addresses: 0,
    evictedProfiles: 0,
  };
}
