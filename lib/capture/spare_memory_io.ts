import { giveBackMemory } from "../../ffi/own_memory.ts";

/** Each time costs a millisecond, most of it for what is needed all the same and comes back. */
const SPARED_MS = 10_000;

/** Keeps a process small that captures for long, until it is disposed of; see {@linkcode giveBackMemory}. */
export function spareMemory(): Disposable {
  giveBackMemory();
  const timer = setInterval(giveBackMemory, SPARED_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
