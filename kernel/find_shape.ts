/**
 * Which headers a packet begins with: of those that are coded as many as are well formed, whole and without
 * options of IPv4. Everything else goes as records.
 */
import { u16At } from "./bytes.ts";
import { ICMPV4, ICMPV6, linkBytesOf, TCP, UDP } from "./shapes.ts";

/** Below it is a length. */
export const FIRST_ETHER_TYPE: i32 = 0x600;
const IPV4_BYTES: isize = 20;
const IPV6_BYTES: isize = 40;
const TAG_BYTES: isize = 4;
const FRAGMENT: i32 = 0x3fff;
const FRAGMENT_OFFSET: i32 = 0x1fff;

/**
 * The number of the shape that `[at, end)` has, -1 for none.
 *
 * @param link Its kind of link header.
 */
export function findShape(at: usize, end: usize, link: i32): i32 {
  const linkBytes = linkBytesOf(link);
  if (<isize> (end - at) < linkBytes) return -1;
  if (link > 0 && hasNoEtherType(u16At(at + (link === 1 ? 2 : 8)))) return -1;
  let ipAt = at + linkBytes;
  let etherType = u16At(at + (link === 0 ? 12 : link === 1 ? 14 : 0));
  let tags = 0;
  while ((etherType === 0x8100 || etherType === 0x88a8) && tags < 2) {
    if (<isize> (end - ipAt) < TAG_BYTES) return -1;
    etherType = u16At(ipAt + 2);
    ipAt += TAG_BYTES;
    tags++;
  }
  if (etherType < FIRST_ETHER_TYPE && tags === 0 && link === 0 && isIsl(at)) return -1;
  const stack = etherType === 0x0800
    ? stackOfIpv4(ipAt, end)
    : etherType === 0x86dd
    ? stackOfIpv6(ipAt, end)
    : 0;
  if (stack === 0 && link > 0 && tags === 0) return -1;
  return link | (tags << 2) | (stack << 4);
}

/** Whether a shape that was found is the one that was said; what follows a link header alone is not there. */
export function isSameShape(found: i32, said: i32): bool {
  return found === said || (said >> 4 === 0 && found >= 0 && (found & 0xf) === said);
}

/** Radiotap, Frame Relay, netlink. */
function hasNoEtherType(hardwareType: i32): bool {
  return hardwareType === 803 || hardwareType === 770 || hardwareType === 824;
}

/** Cisco's frame in a frame. */
function isIsl(at: usize): bool {
  return (load<u8>(at) & 0xfd) === 0x01 && u16At(at + 1) === 0x000c && u16At(at + 3) === 0;
}

function stackOfIpv4(at: usize, end: usize): i32 {
  if (<isize> (end - at) < IPV4_BYTES || load<u8>(at) !== 0x45) return 0;
  const length = u16At(at + 2);
  if (length < <i32> IPV4_BYTES) return 0;
  const protocol = <i32> load<u8>(at + 9);
  const fragment = u16At(at + 6);
  const packetEnd = min<usize>(end, at + length);
  if ((fragment & FRAGMENT) === 0 && hasProtocol(protocol, at + IPV4_BYTES, packetEnd)) {
    if (protocol === TCP) return 2;
    if (protocol === UDP) return 3;
    if (protocol === ICMPV4) return 4;
  }
  return (fragment & FRAGMENT_OFFSET) === 0 && leadsToPorts(protocol) ? 0 : 1;
}

function stackOfIpv6(at: usize, end: usize): i32 {
  if (<isize> (end - at) < IPV6_BYTES || load<u8>(at) >> 4 !== 6) return 0;
  const protocol = <i32> load<u8>(at + 6);
  const protocolAt = at + IPV6_BYTES;
  const packetEnd = min<usize>(end, protocolAt + u16At(at + 4));
  if (!hasProtocol(protocol, protocolAt, packetEnd)) return 0;
  return protocol === TCP ? 5 : protocol === UDP ? 6 : protocol === ICMPV6 ? 7 : 0;
}

/** Whether ports are looked for behind that protocol (`lib/decode/network/ports.ts`), so that it goes as records. */
function leadsToPorts(protocol: i32): bool {
  switch (protocol) {
    case 0:
    case 4:
    case 6:
    case 17:
    case 41:
    case 43:
    case 44:
    case 47:
    case 51:
    case 60:
    case 94:
    case 132:
    case 136:
      return true;
    default:
      return false;
  }
}

/** Whether the header behind IP is there and one that its decoder takes. */
function hasProtocol(protocol: i32, at: usize, end: usize): bool {
  const bytes = <isize> (end - at);
  if (protocol === TCP) {
    if (bytes < 20) return false;
    const headerBytes = <isize> (load<u8>(at + 12) >> 4) * 4;
    return headerBytes >= 20 && headerBytes <= bytes;
  }
  if (protocol === UDP) {
    if (bytes < 8) return false;
    const length = u16At(at + 4);
    return length === 0 || length >= 8;
  }
  return bytes >= (protocol === ICMPV4 ? 8 : 4);
}
