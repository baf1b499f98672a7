import { giveBackMemory } from "../../ffi/own_memory.ts";

/** Each time costs less than a millisecond. */
const SPARED_MS = 10_000;

/** Keeps a process small that captures for long, until it is disposed of; see {@linkcode giveBackMemory}. */
export function spareMemory(): Disposable {
  giveBackMemory();
  const timer = setInterval(giveBackMemory, SPARED_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
