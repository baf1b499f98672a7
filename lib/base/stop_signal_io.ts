/**
 * Aborts at the first SIGINT or SIGTERM, so that a program can end in order; a second one ends it
 * at once, as if nobody listened.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  const onSignal = () => {
    for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
    stop.abort();
  };
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  return stop.signal;
}
