/** What is known of a connection, one bit each; those of a direction are shifted by 1 for the server's. */
export const Fact = {
  /** The client's address is the second of the key. */
  ClientIsSecond: 1 << 0,
  /** Packets have come from this side. */
  Seen: 1 << 1,
  /** The client's SYN, the server's SYN with ACK. */
  Syn: 1 << 3,
  Fin: 1 << 5,
  Rst: 1 << 7,
  /** `Word.NextSeq` and `Word.FirstSeq` hold. */
  SeqKnown: 1 << 9,
  FirstSeqKnown: 1 << 11,
  /** The handshake's time is being taken, and has been. */
  Handshaking: 1 << 13,
  HandshakeTimed: 1 << 14,
  /** It began with the packet that begins it. */
  BeginningSeen: 1 << 15,
  /** Readers want what it carries. */
  Read: 1 << 16,
  HasMacs: 1 << 17,
} as const;

export const BOTH_SEEN = Fact.Seen | (Fact.Seen << 1);
export const BOTH_FIN = Fact.Fin | (Fact.Fin << 1);
export const ANY_RST = Fact.Rst | (Fact.Rst << 1);
export const BOTH_SYN = Fact.Syn | (Fact.Syn << 1);

/** Flags of TCP, RFC 9293, section 3.1. */
export const TcpFlag = { Fin: 0x01, Syn: 0x02, Rst: 0x04, Psh: 0x08, Ack: 0x10 } as const;
