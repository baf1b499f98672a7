/**
 * What the radio header in front of an 802.11 frame says of it: the bits that matter here of the
 * field Flags, with radiotap's numbers (radiotap.org/fields/Flags.html).
 */
export const RadioFlag = {
  /** The frame ends with its check sequence. */
  HasFcs: 0x10,
  /** The 802.11 header is followed by padding up to a multiple of four bytes. */
  IsPadded: 0x20,
  /** The bytes of frame control and sequence control have changed places; no radio header says so. */
  IsExchanged: 0x100,
} as const;
