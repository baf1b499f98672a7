/** A payload in pieces of at most so many bytes, at least one. @throws RangeError When none can have any. */
export function piecesOf(payload: Uint8Array, maxBytes: number): Uint8Array[] {
  if (maxBytes < 1) throw new RangeError(`Cannot cut a payload into pieces of ${maxBytes} bytes`);
  const pieces = [payload.subarray(0, maxBytes)];
  for (let at = maxBytes; at < payload.length; at += maxBytes) {
    pieces.push(payload.subarray(at, at + maxBytes));
  }
  return pieces;
}
