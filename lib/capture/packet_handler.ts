/** Takes packets one by one, as plain calls: nothing is allocated per packet. */
export interface PacketHandler {
  /**
   * One captured packet is `bytes[at, end)`, valid only during the call: the buffer is used again.
   *
   * @param originalLength Bytes the packet had on the wire; more than `end - at` when it was cut.
   * @param sec Seconds since 1970 of the capture time, whole.
   * @param nsec Nanoseconds of that second, 0 to 999,999,999.
   * @param linkType LINKTYPE_ number of the interface, see `link_type.ts`.
   */
  packet(
    bytes: Uint8Array,
    at: number,
    end: number,
    originalLength: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): void;
}
