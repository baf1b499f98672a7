/** How Zeek's conn.log tells the end of a TCP connection. */
import { Fact } from "./facts.ts";

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
