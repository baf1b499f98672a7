/**
 * Gives back the memory of an array that nobody uses any more, with all of its buffer. What has lived for
 * some milliseconds would else wait for a full collection, of which V8 begins one for every 64 MiB outside
 * of its heap.
 */
export function release(bytes: Uint8Array): void {
  (bytes.buffer as ArrayBuffer).transfer(0);
}

/**
 * Has V8 make code for buffers that are released or transferred while it runs. It throws away all that it
 * has compiled for arrays of bytes when that happens for the first time to a buffer with several arrays:
 * done by a thread before it begins, there is nothing to throw away.
 */
export function expectRelease(): void {
  const buffer = new ArrayBuffer(1);
  const arrays = [new Uint8Array(buffer), new Uint8Array(buffer)];
  release(arrays[0]!);
}
