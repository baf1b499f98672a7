/** Blocks of deflate with codes of their own (RFC 1951, section 3.2.7), and the stream that they make. */
import { makeCodeLengths, makeCodes } from "./huffman.ts";
import { PACKED } from "./memory.ts";

/** The longest repetition there is. */
export const MAX_REPETITION: usize = 258;
/** How many steps a block has at most. */
const MAX_STEPS: i32 = 32768;
/** Literals that fit into a step. */
const MAX_LITERALS: usize = 0xffff;

/**
 * What a block is made of, 8 bytes a step: literals (u16), that are bytes as they are; then a repetition,
 * its length (u16) and distance (u32), or zeros.
 */
const STEPS: usize = memory.data(32768 * 8, 16);
let steps: i32 = 0;
/** Where the block's bytes begin. */
let blockAt: usize = 0;
/** Up to where there are steps. */
let stepsTo: usize = 0;

/** Symbols of literals and lengths, the end of a block being one, and of distances. */
const LITERALS: i32 = 286;
const END_OF_BLOCK: usize = 256;
const FIRST_LENGTH: u32 = 257;
const LENGTHS: u32 = 29;
const DISTANCES: i32 = 30;
const MAX_BITS: i32 = 15;
/** How often each comes in the block (u32), the length of its code (u8), and the code. */
const LITERAL_COUNTS: usize = memory.data(286 * 4, 16);
const DISTANCE_COUNTS: usize = memory.data(30 * 4, 16);
const CODE_LENGTHS: usize = memory.data(286 + 30);
const DISTANCE_LENGTHS: usize = memory.data(30);
const LITERAL_CODES: usize = memory.data(286 * 4, 16);
const DISTANCE_CODES: usize = memory.data(30 * 4, 16);
/** By length: its symbol (u16), and its code together with its extra bits. */
const LENGTH_SYMBOLS: usize = memory.data(259 * 2, 16);
const LENGTH_CODES: usize = memory.data(259 * 4, 16);
/** By symbol from `FIRST_LENGTH` on: the least length (u16). */
const LEAST_LENGTHS: usize = memory.data(29 * 2);

/** Bits that are not written yet, the first in the lowest; fewer than 8 between calls. */
let bits: u64 = 0;
let bitCount: u64 = 0;
let out: usize = 0;

/** Makes the tables. */
export function makeLengths(): void {
  let length: u32 = 3;
  for (let symbol: u32 = 0; symbol < LENGTHS - 1; symbol++) {
    store<u16>(LEAST_LENGTHS + 2 * symbol, <u16> length);
    for (let i = 0; i < 1 << extraBits(symbol); i++) {
      store<u16>(LENGTH_SYMBOLS + 2 * length++, <u16> (FIRST_LENGTH + symbol));
    }
  }
  // The longest has a symbol for itself, and not that of those before.
  store<u16>(LEAST_LENGTHS + 2 * (LENGTHS - 1), <u16> MAX_REPETITION);
  store<u16>(LENGTH_SYMBOLS + 2 * MAX_REPETITION, <u16> (FIRST_LENGTH + LENGTHS - 1));
}

/** How many follow a length's symbol, counted from `FIRST_LENGTH`. */
function extraBits(symbol: u32): u32 {
  return symbol < 8 || symbol === LENGTHS - 1 ? 0 : (symbol >> 2) - 1;
}

/** Begins a stream of the bytes at `from`. */
export function beginStream(from: usize): void {
  bits = 0;
  bitCount = 0;
  out = PACKED;
  stepsTo = from;
  beginBlock();
}

function beginBlock(): void {
  steps = 0;
  blockAt = stepsTo;
  memory.fill(LITERAL_COUNTS, 0, LITERALS * 4);
  memory.fill(DISTANCE_COUNTS, 0, DISTANCES * 4);
}

/** Up to where there are steps. */
export function steppedTo(): usize {
  return stepsTo;
}

/** Goes on to `at` as it is, and with a repetition from there, if its length is not 0. */
export function step(at: usize, bytes: usize, distance: usize): void {
  while (at - stepsTo > MAX_LITERALS) step(stepsTo + MAX_LITERALS, 0, 0);
  if (steps === MAX_STEPS) endBlock(false);
  const literals = at - stepsTo;
  for (let i = stepsTo; i < at; i++) count(LITERAL_COUNTS, load<u8>(i));
  const each = <u64> literals | (<u64> bytes << 16) | (<u64> distance << 32);
  store<u64>(STEPS + 8 * steps++, each);
  stepsTo = at + bytes;
  if (bytes === 0) return;
  count(LITERAL_COUNTS, load<u16>(LENGTH_SYMBOLS + 2 * bytes));
  count(DISTANCE_COUNTS, distanceSymbol(<u32> distance - 1));
}

function count(counts: usize, symbol: u32): void {
  const at = counts + 4 * symbol;
  store<u32>(at, load<u32>(at) + 1);
}

/** Ends the stream at `end`; returns how many bytes it has. */
export function endStream(end: usize): usize {
  step(end, 0, 0);
  endBlock(true);
  return out - PACKED + (bitCount > 0 ? 1 : 0);
}

/** The symbol of a distance, less 1. */
function distanceSymbol(less: u32): u32 {
  if (less < 4) return less;
  const log = 31 - clz<u32>(less);
  return 2 * log + ((less >> (log - 1)) & 1);
}

function endBlock(isLast: bool): void {
  count(LITERAL_COUNTS, END_OF_BLOCK);
  makeCodeLengths(LITERAL_COUNTS, LITERALS, CODE_LENGTHS, MAX_BITS);
  makeCodeLengths(DISTANCE_COUNTS, DISTANCES, DISTANCE_LENGTHS, MAX_BITS);
  makeCodes(CODE_LENGTHS, LITERALS, LITERAL_CODES);
  makeCodes(DISTANCE_LENGTHS, DISTANCES, DISTANCE_CODES);
  makeLengthCodes();
  putHeader(isLast);
  putSteps();
  putCode(load<u32>(LITERAL_CODES + 4 * END_OF_BLOCK));
  beginBlock();
}

function makeLengthCodes(): void {
  for (let length: u32 = 3; length <= <u32> MAX_REPETITION; length++) {
    const symbol = <u32> load<u16>(LENGTH_SYMBOLS + 2 * length) - FIRST_LENGTH;
    const code = load<u32>(LITERAL_CODES + 4 * (FIRST_LENGTH + symbol));
    const more = length - load<u16>(LEAST_LENGTHS + 2 * symbol);
    const value = (code >> 8) | (more << (code & 0xff));
    store<u32>(LENGTH_CODES + 4 * length, (value << 8) | ((code & 0xff) + extraBits(symbol)));
  }
}

function put(value: u64, count: u64): void {
  bits |= value << bitCount;
  bitCount += count;
  store<u64>(out, bits);
  out += <usize> (bitCount >> 3);
  bits >>= bitCount & 0x38;
  bitCount &= 7;
}

function putCode(code: u32): void {
  put(code >> 8, code & 0xff);
}

/** Writes literals and repetitions of the block. */
function putSteps(): void {
  let from = blockAt;
  let held = bits;
  let heldCount = bitCount;
  let to = out;
  for (let i = 0; i < steps; i++) {
    const each = load<u64>(STEPS + 8 * i);
    const end = from + <usize> (each & 0xffff);
    while (from < end) {
      // Three codes of 15 bits and the 7 that are held fit.
      const some = min<usize>(from + 3, end);
      while (from < some) {
        const code = load<u32>(LITERAL_CODES + 4 * <usize> load<u8>(from++));
        held |= <u64> (code >> 8) << heldCount;
        heldCount += code & 0xff;
      }
      store<u64>(to, held);
      to += <usize> (heldCount >> 3);
      held >>= heldCount & 0x38;
      heldCount &= 7;
    }
    const bytes = <usize> (each >> 16) & 0xffff;
    if (bytes === 0) continue;
    // So do a length of 20 bits, and a distance of 28.
    const length = load<u32>(LENGTH_CODES + 4 * bytes);
    held |= <u64> (length >> 8) << heldCount;
    heldCount += length & 0xff;
    const less = <u32> (each >> 32) - 1;
    const symbol = distanceSymbol(less);
    const distance = load<u32>(DISTANCE_CODES + 4 * symbol);
    held |= <u64> (distance >> 8) << heldCount;
    heldCount += distance & 0xff;
    if (symbol > 3) {
      const extra = (symbol >> 1) - 1;
      held |= <u64> (less & ((1 << extra) - 1)) << heldCount;
      heldCount += extra;
    }
    store<u64>(to, held);
    to += <usize> (heldCount >> 3);
    held >>= heldCount & 0x38;
    heldCount &= 7;
    from += bytes;
  }
  bits = held;
  bitCount = heldCount;
  out = to;
}

/** Symbols for code lengths: those up to 15 stand for themselves. */
const CODES_OF_LENGTHS: i32 = 19;
const SAME_AGAIN: i32 = 16;
const ZEROS: i32 = 17;
const MANY_ZEROS: i32 = 18;
/** The symbols (u8) of the header and what follows each (u8); their counts, lengths and codes. */
const RUNS: usize = memory.data(316 * 2);
const RUN_COUNTS: usize = memory.data(19 * 4, 16);
const RUN_LENGTHS: usize = memory.data(19);
const RUN_CODES: usize = memory.data(19 * 4, 16);
/** In which order the lengths of their codes stand. */
const ORDER: usize = memory.data<u8>([
  16,
  17,
  18,
  0,
  8,
  7,
  9,
  6,
  10,
  5,
  11,
  4,
  12,
  3,
  13,
  2,
  14,
  1,
  15,
]);

/** Writes the lengths of all codes. */
function putHeader(isLast: bool): void {
  const literals = usedOf(CODE_LENGTHS, LITERALS, 257);
  const distances = usedOf(DISTANCE_LENGTHS, DISTANCES, 1);
  memory.copy(CODE_LENGTHS + literals, DISTANCE_LENGTHS, distances);
  const runs = findRuns(literals + distances);
  makeCodeLengths(RUN_COUNTS, CODES_OF_LENGTHS, RUN_LENGTHS, 7);
  makeCodes(RUN_LENGTHS, CODES_OF_LENGTHS, RUN_CODES);
  let shown = CODES_OF_LENGTHS;
  while (shown > 4 && lengthInOrder(shown - 1) === 0) shown--;
  put(<u64> isLast | 4, 3);
  put(literals - 257, 5);
  put(distances - 1, 5);
  put(shown - 4, 4);
  for (let i = 0; i < shown; i++) put(lengthInOrder(i), 3);
  for (let i = 0; i < runs; i++) {
    const symbol = <i32> load<u8>(RUNS + 2 * i);
    putCode(load<u32>(RUN_CODES + 4 * symbol));
    if (symbol < SAME_AGAIN) continue;
    put(load<u8>(RUNS + 2 * i + 1), symbol === SAME_AGAIN ? 2 : symbol === ZEROS ? 3 : 7);
  }
}

function lengthInOrder(place: i32): u8 {
  return load<u8>(RUN_LENGTHS + <usize> load<u8>(ORDER + place));
}

/** How many there are without those at the end that have no code. */
function usedOf(lengths: usize, symbols: i32, least: i32): i32 {
  while (symbols > least && load<u8>(lengths + symbols - 1) === 0) symbols--;
  return symbols;
}

/** Puts the first lengths, the same ones together, into `RUNS`; returns how many of these there are. */
function findRuns(lengths: i32): i32 {
  memory.fill(RUN_COUNTS, 0, CODES_OF_LENGTHS * 4);
  let runs = 0;
  for (let i = 0; i < lengths;) {
    const length = <i32> load<u8>(CODE_LENGTHS + i);
    let same = 1;
    while (i + same < lengths && <i32> load<u8>(CODE_LENGTHS + i + same) === length) same++;
    i += same;
    if (length > 0) {
      addRun(runs++, length, 0);
      same--;
    }
    while (same > 2) {
      const some = min<i32>(same, length > 0 ? 6 : 138);
      if (length > 0) addRun(runs++, SAME_AGAIN, some - 3);
      else if (some < 11) addRun(runs++, ZEROS, some - 3);
      else addRun(runs++, MANY_ZEROS, some - 11);
      same -= some;
    }
    for (; same > 0; same--) addRun(runs++, length, 0);
  }
  return runs;
}

function addRun(run: i32, symbol: i32, more: i32): void {
  store<u8>(RUNS + 2 * run, <u8> symbol);
  store<u8>(RUNS + 2 * run + 1, <u8> more);
  count(RUN_COUNTS, symbol);
}
