import type { AccessState } from "../../seal/access/access_state.ts";
import type { ListedState } from "../../seal/access/listed_state.ts";
import { type Log, SILENT } from "../../base/program/log_io.ts";
import type { AccessPlace, KeptState } from "../access/kept_state.ts";
import { ACCESS_FORMAT, LISTED_FORMAT, type StateFormat } from "../access/state_format.ts";
import type { EngineOptions } from "./engine_access.ts";
import { NatsEngine } from "./nats_engine_io.ts";
import { probe } from "./probe_io.ts";
import { openStream } from "./open_stream_io.ts";
import { StateMessage } from "./state_message_io.ts";
import { STATE_STREAM, stateSubject } from "./subjects.ts";

/** What collectors that act as one keep in the engine of who may send. */
export class EnginePlace implements AccessPlace {
  readonly access: StateMessage<AccessState>;
  readonly listed: StateMessage<ListedState>;
  readonly #engine: NatsEngine;
  readonly #log: Log;

  private constructor(engine: NatsEngine, log: Log) {
    this.#engine = engine;
    this.#log = log;
    this.access = new StateMessage(engine, ACCESS_FORMAT);
    this.listed = new StateMessage(engine, LISTED_FORMAT);
  }

  /**
   * Reads what is there. Where nothing is, what a collector has kept in its folder so far is put there.
   *
   * @throws EngineError When the engine does not answer; StoreError when what is there cannot be used.
   */
  static async open(engine: NatsEngine, folder: AccessPlace, log: Log): Promise<EnginePlace> {
    await probe(engine, stateSubject(ACCESS_FORMAT.name));
    const place = new EnginePlace(engine, log);
    const isTaken = await offer(place.access, folder.access, ACCESS_FORMAT);
    await offer(place.listed, folder.listed, LISTED_FORMAT);
    if (isTaken !== undefined) {
      const taken = isTaken ? "it was taken from the folder -out" : "the folder -out is not asked";
      log.line(`${ACCESS_FORMAT.what} stands at ${engine.name}: ${taken}`);
    }
    return place;
  }

  hear(look: () => void): void {
    this.#engine.hear(stateSubject(ACCESS_FORMAT.name), look, this.#log);
  }
}

/** Puts what a folder has where nothing is yet, and returns whether it has; undefined where it has nothing. */
async function offer<State>(
  message: StateMessage<State>,
  folder: KeptState<State>,
  { nothing }: StateFormat<State>,
): Promise<boolean | undefined> {
  const own = await folder.read();
  if (await message.read() === nothing && own !== nothing) {
    await message.change((state) => ({ state: state === nothing ? own : state }));
  }
  return own === nothing ? undefined : message.known === own;
}

/**
 * Uses that place for a moment.
 *
 * @param folder What the collector has kept so far.
 * @throws As {@linkcode EnginePlace.open}; what `use` throws.
 */
export async function withEnginePlace<T>(
  options: EngineOptions,
  folder: AccessPlace,
  use: (place: AccessPlace) => Promise<T>,
): Promise<T> {
  await using engine = await NatsEngine.connect(options, SILENT);
  await openStream(engine, STATE_STREAM, "last", options);
  return await use(await EnginePlace.open(engine, folder, SILENT));
}
