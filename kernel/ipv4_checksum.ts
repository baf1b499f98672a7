/**
 * The checksum of the 20 bytes of an IPv4 header at `at`, as it is stored there. RFC 1071: the sum does not
 * care which byte of the words is the higher one, so these are the machine's.
 */
export function ipv4Checksum(at: usize): u16 {
  let sum = <u64> load<u32>(at) + load<u32>(at + 4) + load<u16>(at + 8) + load<u32>(at + 12) +
    load<u32>(at + 16);
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return <u16> ~sum;
}
