/** Both ends of sessions on loopback, for tests of what is between them. */
import { importStaticKey } from "../../lib/seal/agreement_key.ts";
import type { KeyPair } from "../../lib/seal/key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import type { BatchSpool } from "../../lib/transport/sender/batch_spool.ts";
import { SessionClient } from "../../lib/transport/sender/session_client_io.ts";
import type { SessionHost } from "../../lib/transport/server/session_host.ts";
import { SessionServer } from "../../lib/transport/server/session_server_io.ts";
import { RawPeer } from "../../tools/raw_peer.ts";
import { Said } from "../said.ts";

export const LOOPBACK = "127.0.0.1";
/** The key pair of all servers. */
export const COLLECTOR = newKeyPair();

/** A server on a free port. */
export async function serve(
  host: SessionHost,
  { log = new Said(), creditBytes = 64 << 20, retired = [] }: {
    log?: Said;
    creditBytes?: number;
    /** Keys that it had. */
    retired?: readonly KeyPair[];
  } = {},
): Promise<SessionServer> {
  return new SessionServer({
    address: { hostname: LOOPBACK, port: 0 },
    keys: [await importStaticKey(COLLECTOR)],
    retiredKeys: await Promise.all(retired.map(importStaticKey)),
    host,
    creditBytes,
    log,
  });
}

export interface ClientOptions {
  readonly keys?: KeyPair;
  readonly name?: string;
  readonly lingerMs?: number;
  readonly signal?: AbortSignal;
  readonly failFast?: boolean;
  readonly waits?: boolean;
  readonly maxQueueBytes?: number;
  readonly spool?: BatchSpool;
  readonly spoolAfterMs?: number;
}

/** A sensor's end that sends to a port. */
export function connect(
  port: number,
  log: Said,
  options: ClientOptions = {},
): Promise<SessionClient> {
  const { keys = newKeyPair(), name = "plant", lingerMs = 10_000 } = options;
  return SessionClient.open({
    collector: { hostname: LOOPBACK, port },
    collectorKey: COLLECTOR.publicKey,
    keys,
    name,
    containsPayloads: false,
    maxQueueBytes: options.maxQueueBytes ?? 8 << 20,
    waits: options.waits ?? true,
    ...(options.spool && { spool: options.spool, spoolAfterMs: options.spoolAfterMs ?? 200 }),
    lingerMs,
    signal: options.signal ?? new AbortController().signal,
    failFast: options.failFast,
    log,
  });
}

/** A sensor's end that says what it is told to. */
export function connectRaw({ address }: SessionServer, keys?: KeyPair): Promise<RawPeer> {
  return RawPeer.connect({ address, collectorKey: COLLECTOR.publicKey }, keys);
}
