/** What collectors keep in an engine of who may send, each with a connection of its own. */
import { SILENT } from "../../../lib/base/program/log_io.ts";
import type { AccessFolder } from "../../../lib/write/access/access_folder_io.ts";
import { EnginePlace } from "../../../lib/write/nats/engine_place_io.ts";
import { NatsEngine } from "../../../lib/write/nats/nats_engine_io.ts";
import { openStream } from "../../../lib/write/nats/open_stream_io.ts";
import { NatsServer, type NatsServerOptions } from "../../nats_server.ts";

/** A server, and a way to see what is kept there as one collector more. */
export interface EngineStates {
  readonly server: NatsServer;
  connect(): Promise<NatsEngine>;
  /** @param folder What that collector has kept by itself. */
  open(folder?: AccessFolder): Promise<EnginePlace>;
}

const STORE_ID = new Uint8Array(16).fill(7);

/** Runs a test with a server of its own. */
export async function withinEngine(
  test: (states: EngineStates) => Promise<void>,
  options: NatsServerOptions = {},
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await NatsServer.start(options));
  const connect = async () => stack.use(await NatsEngine.connect({ url: server.url }, SILENT));
  await test({
    ...{ server, connect },
    async open(folder) {
      const engine = await connect();
      await openStream(engine, "FARCAP_STATE", "last", {});
      return await EnginePlace.open(engine, SILENT, folder && { folder, storeId: STORE_ID });
    },
  });
}
