/** A payload in pieces of at most so many bytes, at least one. */
export function piecesOf(payload: Uint8Array, maxBytes: number): Uint8Array[] {
  const pieces = [payload.subarray(0, maxBytes)];
  for (let at = maxBytes; at < payload.length; at += maxBytes) {
    pieces.push(payload.subarray(at, at + maxBytes));
  }
  return pieces;
}
