/** Sequences of headers by number; `lib/gather/compact/headers.ts` has of them what the host needs. */

export const TCP: i32 = 6;
export const UDP: i32 = 17;
export const ICMPV4: i32 = 1;
export const ICMPV6: i32 = 58;
/** Stands for IP alone, or nothing. */
export const OTHER: i32 = -1;

/** How many there are: kind of link header (2 bits), its tags (2), what follows (3). */
export const SHAPES: i32 = 128;
/** Ethernet, Linux cooked headers of versions 1 and 2. */
const LINKS: i32 = 3;
const MAX_TAGS: i32 = 2;

/** Where everything is in a packet of a shape; places count from its beginning. */
@unmanaged
export class Shape {
  /** Whether there is a shape of that number. */
  isThere: bool = false;
  isEthernet: bool = false;
  number: u8 = 0;
  /** Bytes that seldom change within a flow; how many of `habitPlaces` there are. */
  habits: u8 = 0;
  ipVersion: i32 = 0;
  protocol: i32 = 0;
  linkBytes: i32 = 0;
  addressesAt: i32 = 0;
  /** Of one address; 0 without IP. */
  addressBytes: i32 = 0;
  /** Where the IP header ends. */
  protocolAt: i32 = 0;
  portBytes: i32 = 0;
  /** Where the headers end, without TCP's options. */
  minBytes: i32 = 0;
  /** Where the bytes are, at most 8 places of a byte each, the first in the lowest. */
  habitPlaces: u64 = 0;
}

/** Of one, which has 48 bytes. */
const SHAPE_SHIFT: usize = 6;
const TABLE: usize = memory.data(128 << 6, 16);

/** The shape of that number, which is below {@linkcode SHAPES}. */
export function shapeOf(number: i32): Shape {
  return changetype<Shape>(TABLE + (<usize> number << SHAPE_SHIFT));
}

/** Makes all shapes. */
export function makeShapes(): void {
  for (let link = 0; link < LINKS; link++) {
    for (let tags = 0; tags <= MAX_TAGS; tags++) {
      const linkAndTags = link | (tags << 2);
      const linkBytes = linkBytesOf(link) + 4 * tags;
      makeShape(linkAndTags, linkBytes, 0, OTHER, 0);
      makeShape(linkAndTags | 0x10, linkBytes, 4, OTHER, 0);
      makeShape(linkAndTags | 0x20, linkBytes, 4, TCP, 20);
      makeShape(linkAndTags | 0x30, linkBytes, 4, UDP, 8);
      makeShape(linkAndTags | 0x40, linkBytes, 4, ICMPV4, 8);
      makeShape(linkAndTags | 0x50, linkBytes, 6, TCP, 20);
      makeShape(linkAndTags | 0x60, linkBytes, 6, UDP, 8);
      makeShape(linkAndTags | 0x70, linkBytes, 6, ICMPV6, 4);
    }
  }
}

/** The length of an untagged link header. */
export function linkBytesOf(link: i32): i32 {
  return link === 0 ? 14 : link === 1 ? 16 : 20;
}

function makeShape(
  number: i32,
  linkBytes: i32,
  ipVersion: i32,
  protocol: i32,
  protocolBytes: i32,
): void {
  const shape = shapeOf(number);
  shape.isThere = true;
  shape.isEthernet = (number & 3) === 0;
  shape.number = <u8> number;
  shape.ipVersion = ipVersion;
  shape.protocol = protocol;
  shape.linkBytes = linkBytes;
  shape.addressesAt = linkBytes + (ipVersion === 6 ? 8 : ipVersion === 4 ? 12 : 0);
  shape.addressBytes = ipVersion === 6 ? 16 : ipVersion;
  shape.protocolAt = linkBytes + (ipVersion === 6 ? 40 : ipVersion === 4 ? 20 : 0);
  shape.portBytes = protocol === TCP || protocol === UDP ? 4 : 0;
  shape.minBytes = shape.protocolAt + protocolBytes;
  if (ipVersion === 4) {
    addHabits(shape, linkBytes + 1, 1);
    addHabits(shape, linkBytes + 6, 3);
  } else if (ipVersion === 6) {
    addHabits(shape, linkBytes, 4);
    addHabits(shape, linkBytes + 7, 1);
  }
  if (protocol === TCP) {
    addHabits(shape, shape.protocolAt + 12, 1);
    addHabits(shape, shape.protocolAt + 18, 2);
  } else if (protocol === ICMPV4 || protocol === ICMPV6) {
    addHabits(shape, shape.protocolAt, 2);
    if (protocol === ICMPV4) addHabits(shape, shape.protocolAt + 4, 2);
  }
}

function addHabits(shape: Shape, at: i32, count: i32): void {
  for (let i = 0; i < count; i++) {
    shape.habitPlaces |= <u64> (at + i) << (<u64> shape.habits << 3);
    shape.habits++;
  }
}
