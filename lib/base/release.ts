/**
 * Gives back the memory of an array that nobody uses any more, with all of its buffer. What has lived for
 * some milliseconds would else wait for a full collection, of which V8 begins one for every 64 MiB outside
 * of its heap.
 */
export function release(bytes: Uint8Array): void {
  (bytes.buffer as ArrayBuffer).transfer(0);
}
