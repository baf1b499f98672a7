/** Questions of DNS messages: name, type, class. RFC 1035, section 4.1.2. */
import { CUT_SHORT, type DnsNames, MALFORMED } from "./dns_names.ts";

/** Type and class, behind the name of a question. */
export const QUESTION_FIXED_BYTES = 4;

/** Where those of `count` questions from `at` on end that are whole, `names.whole` of them, or `MALFORMED`. */
export function endOfQuestions(names: DnsNames, at: number, end: number, count: number): number {
  for (names.whole = 0; names.whole < count; names.whole++) {
    const fixedAt = names.endOfName(at, end);
    if (fixedAt === MALFORMED) return MALFORMED;
    if (fixedAt === CUT_SHORT || fixedAt + QUESTION_FIXED_BYTES > end) {
      names.isCut = true;
      return at;
    }
    at = fixedAt + QUESTION_FIXED_BYTES;
  }
  return at;
}
