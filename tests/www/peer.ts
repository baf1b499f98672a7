/** A sensor that sends what a test tells it to, and a page that it is shown on. */
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import { frameRecords } from "../../lib/base/record/delimited.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import type { RecordSchema } from "../../lib/base/record/schema_types.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import { SCHEMA } from "../../lib/transport/session/session_message.ts";
import { RawPeer } from "../../tools/raw_peer.ts";
import { PUBLIC_KEY } from "../programs/program.ts";
import { batch, settled } from "../programs/running_collector.ts";

/** When all of it is, ns since 1970. */
export const NOW = BigInt(Date.now()) * 1_000_000n;

/** A port that nobody is given by chance, so that the page finds it again. */
export function quietPort(): number {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch {
      // somebody has it
    }
  }
}

/** A sensor that sends what it is told to, under its name. */
export class Peer {
  readonly #peer: RawPeer;
  #sequence = 0n;

  private constructor(peer: RawPeer) {
    this.#peer = peer;
  }

  static async connect(address: string, name: string): Promise<Peer> {
    const port = Number(address.split(":")[1]) + 1;
    const to = { hostname: "127.0.0.1", port };
    const peer = await RawPeer.connect({ address: to, collectorKey: parseHex(PUBLIC_KEY)! });
    await peer.welcome(BigInt(1 + Math.floor(Math.random() * 1e15)), name);
    return new Peer(peer);
  }

  /** Sends a record, and waits until it is stored. */
  async send<Schema extends RecordSchema>(
    schema: Schema,
    record: MessageInitShape<Schema>,
  ): Promise<void> {
    const records = frameRecords([toBinary(schema, create(schema, record))]);
    const says = { type: typeNumber(schema.name), firstTime: NOW, lastTime: NOW };
    await this.#peer.send(encodeBatch(SCHEMA, ++this.#sequence, batch(says, records)));
    await settled(this.#peer, this.#sequence);
  }

  [Symbol.dispose](): void {
    this.#peer[Symbol.dispose]();
  }
}

/** The token of the page of a collector that stores there. */
export async function tokenOf(folder: string): Promise<string> {
  return (await Deno.readTextFile(`${folder}/records/.www-token`)).trim();
}
