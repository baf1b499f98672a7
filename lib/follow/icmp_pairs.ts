/** Messages of ICMP that ask, and those that answer them: RFC 792, RFC 950, RFC 1256; RFC 4443, RFC 4861. */
import { ICMPV4 } from "../decode/taken_headers.ts";

const PAIRS_V4: readonly (readonly [number, number])[] = [
  [8, 0], // echo
  [13, 14], // timestamp
  [15, 16], // information
  [17, 18], // address mask
  [10, 9], // router
];
const PAIRS_V6: readonly (readonly [number, number])[] = [
  [128, 129], // echo
  [133, 134], // router
  [135, 136], // neighbor
  [130, 131], // multicast listener
  [139, 140], // node information (RFC 4620)
  [144, 145], // home agent (RFC 6275)
];
const ANSWERS = { 4: answersOf(PAIRS_V4), 6: answersOf(PAIRS_V6) };

/** The type that answers, or is answered by, `type`; -1 for a message that goes one way. */
export function answerOf(protocol: number, type: number): number {
  return (protocol === ICMPV4 ? ANSWERS[4] : ANSWERS[6])[type]!;
}

/** Whether it is an echo's request or reply. */
export function isEcho(protocol: number, type: number): boolean {
  return protocol === ICMPV4 ? type === 8 || type === 0 : type === 128 || type === 129;
}

/** Whether it answers another. */
export function isAnswer(protocol: number, type: number): boolean {
  const pairs = protocol === ICMPV4 ? PAIRS_V4 : PAIRS_V6;
  return pairs.some(([, answer]) => answer === type);
}

function answersOf(pairs: readonly (readonly [number, number])[]): Int16Array {
  const answers = new Int16Array(256).fill(-1);
  for (const [ask, answer] of pairs) {
    answers[ask] = answer;
    answers[answer] = ask;
  }
  return answers;
}
