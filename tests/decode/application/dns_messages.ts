/** Builds DNS messages and packets that hold them. */
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { frame } from "../decode_frame.ts";

export function text(characters: string): Uint8Array {
  return new TextEncoder().encode(characters);
}

export function u16(value: number): number[] {
  return [value >> 8, value & 0xff];
}

/** A character string: its length, its characters. */
export function string(characters: string): number[] {
  return [characters.length, ...text(characters)];
}

/** Labels and the root. */
export function name(...labels: string[]): number[] {
  return [...labels.flatMap(string), 0];
}

/** A pointer to `offset` from the start of the message. */
export function pointer(offset: number): number[] {
  return u16(0xc000 | offset);
}

/** Where the first name of a message is. */
export const FIRST_NAME = 12;

export function question(owner: number[], type = 1, dnsClass = 1): number[] {
  return [...owner, ...u16(type), ...u16(dnsClass)];
}

export function record(owner: number[], type: number, data: number[], ttl = 0x3c): number[] {
  const times = [...u16(ttl >>> 16), ...u16(ttl & 0xffff)];
  return [...owner, ...u16(type), ...u16(1), ...times, ...u16(data.length), ...data];
}

export interface Sections {
  readonly questions?: number[][];
  readonly answers?: number[][];
  readonly authorities?: number[][];
  readonly additionals?: number[][];
}

/** A response with ID 1 that holds these sections. */
export function message(
  { questions = [], answers = [], authorities = [], additionals = [] }: Sections,
): Uint8Array {
  const sections = [questions, answers, authorities, additionals];
  const header = [0, 1, 0x80, 0, ...sections.flatMap((section) => u16(section.length))];
  return concat([header, ...sections.flat()].map((part) => Uint8Array.from(part)));
}

export const LINKTYPE_IPV4 = 228;

/** An IPv4 packet from 10.0.0.1 to 10.0.0.2. */
function ipPacket(protocol: number, payload: Uint8Array): Uint8Array {
  const header = frame("4500 0000 0000 0000 4000 0000 0a000001 0a000002");
  header.set(u16(header.length + payload.length), 2);
  header[9] = protocol;
  return concat([header, payload]);
}

export function udpPacket(srcPort: number, dstPort: number, payload: Uint8Array): Uint8Array {
  const header = [srcPort, dstPort, 8 + payload.length, 0].flatMap(u16);
  return ipPacket(17, concat([Uint8Array.from(header), payload]));
}

export function tcpPacket(srcPort: number, dstPort: number, payload: Uint8Array): Uint8Array {
  const header = frame("0000 0000 00000001 00000001 5018 ffff 0000 0000");
  header.set([...u16(srcPort), ...u16(dstPort)], 0);
  return ipPacket(6, concat([header, payload]));
}
