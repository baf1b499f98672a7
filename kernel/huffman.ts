/** Prefix codes: lengths for how often symbols come, and codes for lengths. */

const MAX_BITS: i32 = 15;
/** In a key, what stands behind how often a symbol comes; no block has 2^23 of one. */
const SYMBOL_BITS: u32 = 9;
const SYMBOL_MASK: u32 = 0x1ff;
/** The symbols that come, by ascending number (u32). */
const KEYS: usize = memory.data(286 * 4, 16);
/** Leaves in that order, and behind them what joins two: weight, later depth (u32); what joins it (u16). */
const WEIGHTS: usize = memory.data(2 * 286 * 4, 16);
const PARENTS: usize = memory.data(2 * 286 * 2, 16);
/** How many codes have each length, then the next code of that length (u32). */
const BY_LENGTH: usize = memory.data(16 * 4, 16);

/**
 * Makes the lengths (u8) of Huffman's code for these counts (u32), none longer than `limit`; 0 for what
 * does not come.
 */
export function makeCodeLengths(counts: usize, symbols: i32, lengths: usize, limit: i32): void {
  memory.fill(lengths, 0, symbols);
  const leaves = sortSymbols(counts, symbols);
  if (leaves === 1) store<u8>(lengths + (load<u32>(KEYS) & SYMBOL_MASK), 1);
  if (leaves < 2) return;
  joinAll(leaves);
  countDepths(leaves, limit);
  shorten(limit);
  let leaf = 0;
  for (let bits = limit; bits > 0; bits--) {
    for (let left = load<u32>(BY_LENGTH + 4 * bits); left > 0; left--) {
      store<u8>(lengths + (load<u32>(KEYS + 4 * leaf++) & SYMBOL_MASK), <u8> bits);
    }
  }
}

/** Puts the symbols that come into `KEYS`, the rarest first; returns how many there are. */
function sortSymbols(counts: usize, symbols: i32): i32 {
  let leaves = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    const count = load<u32>(counts + 4 * symbol);
    if (count > 0) store<u32>(KEYS + 4 * leaves++, (count << SYMBOL_BITS) | symbol);
  }
  // Shell's sort.
  for (let gap = leaves >> 1; gap > 0; gap >>= 1) {
    for (let i = gap; i < leaves; i++) {
      const key = load<u32>(KEYS + 4 * i);
      let to = i;
      while (to >= gap && load<u32>(KEYS + 4 * (to - gap)) > key) {
        store<u32>(KEYS + 4 * to, load<u32>(KEYS + 4 * (to - gap)));
        to -= gap;
      }
      store<u32>(KEYS + 4 * to, key);
    }
  }
  return leaves;
}

/** Joins the two lightest, time and again: they are the first of leaves or of those joined so far. */
function joinAll(leaves: i32): void {
  for (let i = 0; i < leaves; i++) {
    store<u32>(WEIGHTS + 4 * i, load<u32>(KEYS + 4 * i) >> SYMBOL_BITS);
  }
  let leaf = 0;
  let joined = leaves;
  for (let next = leaves; next < 2 * leaves - 1; next++) {
    let sum: u32 = 0;
    for (let i = 0; i < 2; i++) {
      const isLeaf = leaf < leaves && (joined >= next || weightOf(leaf) <= weightOf(joined));
      const child = isLeaf ? leaf++ : joined++;
      sum += weightOf(child);
      store<u16>(PARENTS + 2 * child, <u16> next);
    }
    store<u32>(WEIGHTS + 4 * next, sum);
  }
}

function weightOf(place: i32): u32 {
  return load<u32>(WEIGHTS + 4 * place);
}

/** Counts the leaves by depth, from the root down; those that are deeper as being `limit` deep. */
function countDepths(leaves: i32, limit: i32): void {
  memory.fill(BY_LENGTH, 0, 16 * 4);
  const root = 2 * leaves - 2;
  store<u32>(WEIGHTS + 4 * root, 0);
  for (let i = root - 1; i >= 0; i--) {
    const depth = weightOf(load<u16>(PARENTS + 2 * i)) + 1;
    store<u32>(WEIGHTS + 4 * i, depth);
    if (i < leaves) addTo(min<i32>(depth, limit), 1);
  }
}

function addTo(bits: i32, more: i32): void {
  const at = BY_LENGTH + 4 * bits;
  store<u32>(at, load<u32>(at) + more);
}

/** Makes room where leaves were too deep: codes that are shorter become longer, until all fit. */
function shorten(limit: i32): void {
  let sum: u32 = 0;
  for (let bits = 1; bits <= limit; bits++) {
    sum += load<u32>(BY_LENGTH + 4 * bits) << (limit - bits);
  }
  for (; sum > <u32> 1 << limit; sum--) {
    let bits = limit - 1;
    while (load<u32>(BY_LENGTH + 4 * bits) === 0) bits--;
    addTo(bits, -1);
    addTo(bits + 1, 2);
    addTo(limit, -1);
  }
}

/**
 * Makes the codes for these lengths, by RFC 1951, section 3.2.2: `bits << 8 | length` (u32), the first bit
 * in the lowest; 0 without a code.
 */
export function makeCodes(lengths: usize, symbols: i32, codes: usize): void {
  memory.fill(BY_LENGTH, 0, 16 * 4);
  for (let symbol = 0; symbol < symbols; symbol++) addTo(load<u8>(lengths + symbol), 1);
  store<u32>(BY_LENGTH, 0);
  let code: u32 = 0;
  for (let bits = 0; bits <= MAX_BITS; bits++) {
    const count = load<u32>(BY_LENGTH + 4 * bits);
    store<u32>(BY_LENGTH + 4 * bits, code);
    code = (code + count) << 1;
  }
  for (let symbol = 0; symbol < symbols; symbol++) {
    const bits = <i32> load<u8>(lengths + symbol);
    const to = codes + 4 * symbol;
    if (bits === 0) {
      store<u32>(to, 0);
      continue;
    }
    store<u32>(to, (reversed(load<u32>(BY_LENGTH + 4 * bits), bits) << 8) | bits);
    addTo(bits, 1);
  }
}

function reversed(code: u32, bits: i32): u32 {
  let result: u32 = 0;
  for (; bits > 0; bits--) {
    result = (result << 1) | (code & 1);
    code >>= 1;
  }
  return result;
}
