/** The longest content of a UDP datagram over IPv4. */
export const MAX_DATAGRAM_BYTES = 65_507;
