/**
 * Community ID, version 1: the same for both directions of a flow, and in whatever tool made it.
 * https://github.com/corelight/community-id-spec
 */
import { sha1 } from "./sha1.ts";

const MAX_BYTES = 2 + 2 * 16 + 2 + 4;
const INPUT = new Uint8Array(MAX_BYTES);

/**
 * The identifier of a flow, with seed 0.
 *
 * @param bytes Holds both addresses, 4 or 16 bytes each.
 * @param ports Source and destination; of ICMP, the type and the one that answers it, or its code;
 *   undefined for protocols without.
 * @param isOneWay A message of ICMP that has no answer: its addresses are never exchanged.
 */
export function communityId(
  bytes: Uint8Array,
  srcAt: number,
  dstAt: number,
  addressBytes: number,
  protocol: number,
  ports: readonly [number, number] | undefined,
  isOneWay = false,
): string {
  let [src, dst] = [srcAt, dstAt];
  let [srcPort, dstPort] = ports ?? [0, 0];
  const order = compare(bytes, src, dst, addressBytes);
  if (!isOneWay && (order > 0 || (order === 0 && srcPort > dstPort))) {
    [src, dst] = [dst, src];
    [srcPort, dstPort] = [dstPort, srcPort];
  }
  let at = 2;
  for (const from of [src, dst]) {
    for (let i = 0; i < addressBytes; i++) INPUT[at++] = bytes[from + i]!;
  }
  INPUT[at++] = protocol;
  INPUT[at++] = 0;
  if (ports !== undefined) {
    for (const port of [srcPort, dstPort]) {
      INPUT[at++] = port >> 8;
      INPUT[at++] = port & 0xff;
    }
  }
  return `1:${sha1(INPUT, at).toBase64()}`;
}

function compare(bytes: Uint8Array, a: number, b: number, length: number): number {
  for (let i = 0; i < length; i++) {
    const order = bytes[a + i]! - bytes[b + i]!;
    if (order !== 0) return order;
  }
  return 0;
}
