/** Numbers from 0 to below `limit` (at most 2^32), the same for the same seed: splitmix32. */
export function randomNumbers(seed: number): (limit: number) => number {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x9e3779b9) | 0;
    let hash = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
    return Math.floor(((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32 * limit);
  };
}

/** Numbers from 0 to below 1, the same for the same seed. */
export function randomFractions(seed: number): () => number {
  const next = randomNumbers(seed);
  return () => next(2 ** 32) / 2 ** 32;
}
