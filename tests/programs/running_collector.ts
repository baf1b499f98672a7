/** A collector as a program, with sensors that say what they are told to. */
import { assertEquals } from "@std/assert";
import { crc32, deflateRawSync } from "node:zlib";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import type { KeyPair } from "../../lib/seal/key.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import { MessageType, parseStored, SCHEMA } from "../../lib/transport/session/session_message.ts";
import { RawPeer } from "../../tools/raw_peer.ts";
import { VECTOR } from "../seal/vector.ts";
import { membersOf } from "../write/files/session_sensor.ts";
import { type Ended, inFolder, type Program, PUBLIC_KEY, startCollector } from "./program.ts";

export const ETHERNET = 7;
export const RECORD = parseHex(`35${VECTOR.ethernetRecord}`)!;

/** A collector with its address of sessions, and a way to connect to it. */
export interface Running {
  readonly folder: string;
  readonly collector: Program;
  readonly port: number;
  /** Ends the collector in order; gives what it said. */
  stop(): Promise<Ended>;
  connect(keys?: KeyPair): Promise<RawPeer>;
}

/** Runs a test against a collector, which has to end in order afterwards. */
export function withCollector(args: readonly string[], test: (running: Running) => Promise<void>) {
  return () =>
    inFolder(async (folder) => {
      const inside = args.map((arg) => arg.replace("$FOLDER", folder));
      if (args.includes("-sensors")) await Deno.writeTextFile(`${folder}/sensors`, "# nobody\n");
      const { collector, address } = await startCollector(folder, inside);
      await using _ = collector;
      const port = Number(address.split(":")[1]);
      const to = { hostname: "127.0.0.1", port: port + 1 };
      const collectorKey = parseHex(PUBLIC_KEY)!;
      const connect = (keys?: KeyPair) => RawPeer.connect({ address: to, collectorKey }, keys);
      let ended: Promise<Ended> | undefined;
      const stop = () => ended ??= collector.stop();
      await test({ folder, collector, port, connect, stop });
      assertEquals((await stop()).code, 0);
    });
}

/** A batch that holds what it says, unless it is told to say something else. */
export function batch(
  says: Partial<PackedBatch & { type: number; count: number }> = {},
  records = RECORD,
): PackedBatch {
  const { type = ETHERNET, count = 1, ...others } = says;
  return {
    parts: [{ type, count }],
    encoding: 1,
    minute: 0,
    firstTime: 1_600_000_000_000_000_001n,
    lastTime: 1_600_000_000_000_000_001n,
    crc: crc32(records),
    recordBytes: records.length,
    containsPayloads: false,
    body: new Uint8Array(deflateRawSync(records)),
    ...others,
  };
}

/** Waits until all up to that number is settled. */
export async function settled(peer: RawPeer, sequence: bigint): Promise<void> {
  for (;;) {
    const { body } = await peer.receive(MessageType.Stored);
    if (parseStored(body)!.settled >= sequence) return;
  }
}

export async function sendAndSettle(peer: RawPeer, sequence: bigint): Promise<void> {
  await peer.send(encodeBatch(SCHEMA, sequence, batch()));
  await settled(peer, sequence);
}

/** The batches in a file; notes and its header are none. */
export async function membersIn(folder: string, file: string) {
  return membersOf(await Deno.readFile(`${folder}/records/${file}`), file)
    .filter(({ sequence, count }) => sequence > 0n || count > 0);
}

export async function clientsIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/records`)) {
    if (isDirectory && !/^\.|^%collector$/.test(name)) names.push(name);
  }
  return names.sort();
}
