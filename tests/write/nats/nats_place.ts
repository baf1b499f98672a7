/** An engine as a place for stores, and a reader of its messages that shares no code with ours. */
import { assert, assertEquals } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { connect } from "@nats-io/transport-node";
import { type Log, SILENT } from "../../../lib/base/program/log_io.ts";
import { openNatsStore } from "../../../lib/write/nats/open_store_io.ts";
import type { CountedStore } from "../../../lib/write/files/counted_store.ts";
import { NatsServer } from "../../nats_server.ts";
import type { StorePlace } from "../store_cases.ts";

/** A message as the engine's own interface tells it. */
export interface RawMessage {
  readonly seq: number;
  readonly subject: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Uint8Array;
}

/** What it answers. */
interface Answer {
  readonly error?: { readonly description: string };
  readonly config?: Record<string, unknown>;
  readonly num_waiting?: number;
  readonly consumers?: readonly {
    readonly num_pending: number;
    readonly num_ack_pending: number;
  }[];
  readonly state?: {
    readonly first_seq: number;
    readonly last_seq: number;
    readonly messages: number;
    readonly bytes: number;
  };
  readonly message?: { readonly subject: string; readonly hdrs?: string; readonly data?: string };
}

/** Asks the engine something of its API, without our code or the client's for JetStream. */
export async function asking<T>(
  server: NatsServer,
  use: (ask: (subject: string, body: unknown) => Promise<Answer>) => Promise<T>,
): Promise<T> {
  const connection = await connect({ servers: `127.0.0.1:${server.port}` });
  try {
    return await use(async (subject, body) =>
      (await connection.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 5000 }))
        .json<Answer>()
    );
  } finally {
    await connection.close();
  }
}

/** All messages of a stream, by its MSG.GET (the reference of JetStream's API). */
export async function messagesOf(server: NatsServer, stream = "FARCAP"): Promise<RawMessage[]> {
  return await asking(server, async (ask) => {
    const { state, error } = await ask(`STREAM.INFO.${stream}`, {});
    assert(state, `${stream}: ${error?.description}`);
    const { first_seq: first, last_seq: last } = state;
    const messages: RawMessage[] = [];
    for (let seq = first; seq <= last; seq++) {
      const { message } = await ask(`STREAM.MSG.GET.${stream}`, { seq });
      if (!message) continue;
      const lines = atob(message.hdrs ?? "").split("\r\n").slice(1).filter((line) => line !== "");
      messages.push({
        seq,
        subject: message.subject,
        headers: new Map(lines.map((line) => {
          const [name = "", ...rest] = line.split(": ");
          return [name, rest.join(": ")];
        })),
        payload: Uint8Array.from(atob(message.data ?? ""), (c) => c.charCodeAt(0)),
      });
    }
    return messages;
  });
}

/** Opens a store at a server. */
export function openStoreAt(
  server: NatsServer,
  log: Log = SILENT,
  { spanMs = 0, ...who }: {
    readonly user?: string;
    readonly password?: string;
    readonly spanMs?: number;
  } = {},
): Promise<CountedStore> {
  return openNatsStore({ url: server.url, ...who, spanMs, retryMs: 50 }, log);
}

/** How often each batch is in the stream, as {@linkcode StorePlace} names them. */
export async function batchesAt(server: NatsServer): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { subject, headers, payload } of await messagesOf(server)) {
    const [, , , client, session] = subject.split(".");
    assertEquals(headers.get("Farcap-Client"), client);
    const sizes = headers.get("Farcap-Members")!.split(",").filter((part) => part !== "")
      .map((part) => parseInt(part));
    let at = 0;
    for (const size of sizes) {
      const member = payload.subarray(at, at + size);
      const view = new DataView(member.buffer, member.byteOffset);
      assertEquals([view.getUint32(0), view.getUint32(20, true)], [0x1f8b0804, size]);
      const text = new TextDecoder().decode(gunzipSync(member)).slice(1);
      const batch = `${client}/${view.getBigUint64(24, true)}/${view.getBigUint64(32, true)}`;
      const [part, parts] = [view.getUint8(18), view.getUint8(19)];
      const name = session === "0" ? text : parts > 1 ? `${batch} ${part}/${parts}` : batch;
      if (view.getUint8(17) === 0 && session !== "0") assertEquals(text, batch);
      found.set(name, (found.get(name) ?? 0) + 1);
      at += size;
    }
    assertEquals(at, payload.length);
  }
  return found;
}

/** An empty place on a server of its own. */
export async function withinNats(test: (place: StorePlace) => Promise<void>): Promise<void> {
  await using server = await NatsServer.start();
  await test({ open: () => openStoreAt(server), contents: () => batchesAt(server) });
}
