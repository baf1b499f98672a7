/** 32 bits that nobody is told. */
export function newSecret(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
