/** How long a signal is taken for the one before: a terminal and `deno task` each deliver one Ctrl-C. */
const SAME_SIGNAL_MS = 1000;

/**
 * Aborts at the first SIGINT or SIGTERM, so that a program can end in order. One that comes a second
 * later or more ends it at once, as if nobody listened, or aborts what a later call has returned.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  const stopListening = () => {
    for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
  };
  const onSignal = () => {
    if (stop.signal.aborted) return;
    Deno.unrefTimer(setTimeout(stopListening, SAME_SIGNAL_MS) as unknown as number);
    stop.abort();
  };
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  return stop.signal;
}
