const ENDS = ["unload", "error", "unhandledrejection"] as const;

/**
 * Does something when the program ends before it could be done in order: by `Deno.exit`, or by an
 * exception that nobody catches. Not when a signal ends it that nobody listens to.
 *
 * @param act Must not wait for anything.
 * @returns Forgets it.
 */
export function atAnyEnd(act: () => void): () => void {
  for (const end of ENDS) addEventListener(end, act);
  return () => {
    for (const end of ENDS) removeEventListener(end, act);
  };
}
