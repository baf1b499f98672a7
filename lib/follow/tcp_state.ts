/** How Zeek's conn.log tells the end and the course of a TCP connection. */
import { Fact } from "./facts.ts";

/** The letters of {@linkcode historyBits}, by bit; the client's are upper case. */
export const HISTORY_LETTERS = "shadfrtwiq";
/** The direction was found out from the server's first packet: it says that the client had begun. */
export const FLIPPED = 0x5e; // ^

const History = {
  Syn: 1 << 0,
  SynAck: 1 << 1,
  Ack: 1 << 2,
  Data: 1 << 3,
  Fin: 1 << 4,
  Rst: 1 << 5,
  Again: 1 << 6,
  ZeroWindow: 1 << 7,
  Inconsistent: 1 << 8,
  MultiFlag: 1 << 9,
} as const;

/** What a segment adds to the history; a bit for each letter. */
export function historyBits(
  flags: number,
  payloadBytes: number,
  window: number,
  isAgain: boolean,
): number {
  const isSyn = (flags & 0x02) !== 0;
  const ends = flags & 0x05;
  let bits = payloadBytes > 0 ? History.Data : 0;
  if (isSyn) {
    bits |= ends !== 0 ? History.MultiFlag : (flags & 0x10) !== 0 ? History.SynAck : History.Syn;
  } else if (ends === 0x05) bits |= History.Inconsistent;
  else if (ends === 0x01) bits |= History.Fin;
  else if (ends === 0x04) bits |= History.Rst;
  else {
    if (payloadBytes === 0 && (flags & 0x10) !== 0) bits |= History.Ack;
    if (window === 0) bits |= History.ZeroWindow;
  }
  return isAgain ? bits | History.Again : bits;
}

/** The state of a TCP connection, as `SF`, of bits of {@linkcode Fact}. */
export function tcpStateOf(facts: number): string {
  const client = sideOf(facts, 0);
  const server = sideOf(facts, 1);
  const isOpen = client.syn && server.syn;
  if (server.rst) {
    if (client.syn && !server.syn) return "REJ";
    return client.seen ? "RSTR" : "RSTRH";
  }
  if (client.rst) return server.seen ? "RSTO" : client.syn ? "RSTOS0" : "OTH";
  if (client.fin && server.fin) return "SF";
  if (client.fin) return !server.seen ? client.syn ? "SH" : "OTH" : isOpen ? "S2" : "OTH";
  if (server.fin) return !client.seen ? server.syn ? "SHR" : "OTH" : isOpen ? "S3" : "OTH";
  if (isOpen) return "S1";
  return client.syn && !server.seen ? "S0" : "OTH";
}

function sideOf(facts: number, side: number) {
  return {
    seen: (facts & (Fact.Seen << side)) !== 0,
    syn: (facts & (Fact.Syn << side)) !== 0,
    fin: (facts & (Fact.Fin << side)) !== 0,
    rst: (facts & (Fact.Rst << side)) !== 0,
  };
}
