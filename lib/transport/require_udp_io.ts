import { ConfigError } from "../base/errors.ts";

/**
 * Checks that this Deno has UDP and QUIC, which are unstable there: the `deno.json` of whoever runs the
 * program has to ask for them.
 *
 * @throws ConfigError `udp` when it has not, with what is wanted.
 */
export function requireUdp(): void {
  if (Deno.listenDatagram !== undefined && Deno.QuicEndpoint !== undefined) return;
  throw new ConfigError(
    "udp",
    'Cannot use UDP: it is unstable in Deno and not switched on; wanted: "unstable": ["net"] in ' +
      "your deno.json, or deno run --unstable-net",
  );
}
