/** The sensors of a round with an engine: each a session with all collectors, in this process. */
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import type { Batch } from "../../../lib/gather/batch.ts";
import type { KeyPair } from "../../../lib/seal/key.ts";
import { SessionClient } from "../../../lib/transport/sender/session_client_io.ts";
import type { Address } from "../../../lib/transport/address.ts";
import { ownOrder } from "../../../lib/transport/own_order.ts";
import { Said } from "../../said.ts";
import { PUBLIC_KEY } from "../program.ts";
import { pause } from "./pause.ts";

const ETHERNET = typeNumber("Ethernet");
const RECORDS_A_BATCH = 20;
const PATIENCE_MS = 120_000;

/** What a sensor is to do. */
export interface NatsSensor {
  readonly number: number;
  readonly batches: number;
  readonly pauseMs: number;
  /** When it is killed; undefined: it ends in order. */
  readonly killMs: number | undefined;
}

/** What became of it, in records. */
export interface NatsSensorOutcome {
  /** Those that it had when it ended: their ids are below. */
  readonly made: number;
  /** Those that were acknowledged: the first ones. */
  readonly sent: number;
  readonly maybeTwice: number;
  readonly connections: number;
  readonly why: string;
}

/** Runs a sensor with keys that may send, whose collectors are at those ports of sessions. */
export async function runNatsSensor(
  { number, batches, pauseMs, killMs }: NatsSensor,
  keys: KeyPair,
  ports: readonly number[],
): Promise<NatsSensorOutcome> {
  const addresses = ports.map((port) => ({ hostname: "127.0.0.1", port }));
  const [collector, ...others] = ownOrder(addresses as [Address, ...Address[]], keys.publicKey);
  const log = new Said();
  const client = await SessionClient.open({
    ...{ collector, others, keys, log },
    collectorKey: parseHex(PUBLIC_KEY)!,
    name: `s${number}`,
    containsPayloads: false,
    maxQueueBytes: 1 << 20,
    waits: true,
    lingerMs: PATIENCE_MS,
    signal: new AbortController().signal,
  });
  let made = 0;
  let isKilled = false;
  const killing = killMs === undefined ? undefined : pause(killMs).then(async () => {
    isKilled = true;
    await client[Symbol.asyncDispose]();
  });
  for (let n = 0; n < batches && !isKilled; n++) {
    await client.send(batchOf(made));
    made += RECORDS_A_BATCH;
    await pause(pauseMs);
  }
  if (killing) await killing;
  else await client.finish();
  const { sent, maybeTwice } = client.counts.of(ETHERNET);
  if (!killing) await client[Symbol.asyncDispose]();
  const connections = log.lines.filter((line) => line.startsWith("connected to")).length;
  return { made, sent, maybeTwice, connections, why: log.problems.at(-1)?.[1] ?? "" };
}

/** Records that are no more than a time: their number, and 8 bytes behind it that are not packed well. */
function batchOf(first: number): Batch {
  const bytes: number[] = [];
  for (let id = first; id < first + RECORDS_A_BATCH; id++) {
    // Field 1 is a varint of 5 bytes; field 2 is text.
    const time = [0x08, ...[0, 7, 14, 21].map((shift) => (id >> shift) & 0x7f | 0x80), 0];
    const mac = [0x12, 8, ...crypto.getRandomValues(new Uint8Array(8)).map((byte) => byte & 0x7f)];
    bytes.push(time.length + mac.length, ...time, ...mac);
  }
  return { type: ETHERNET, count: RECORDS_A_BATCH, data: Uint8Array.from(bytes) };
}
