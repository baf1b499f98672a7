import type { AccessState } from "../../seal/access/access_state.ts";
import type { ListedState } from "../../seal/access/listed_state.ts";
import { type Log, SILENT } from "../../base/program/log_io.ts";
import type { AccessFolder } from "../access/access_folder_io.ts";
import type { AccessPlace } from "../access/kept_state.ts";
import { ACCESS_FORMAT, LISTED_FORMAT } from "../access/state_format.ts";
import type { EngineOptions } from "./engine_access.ts";
import { NatsEngine } from "./nats_engine_io.ts";
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
   * Reads what is there.
   *
   * @param own What a collector has kept by itself, which is added, and the store's id.
   * @throws EngineError When the engine does not answer; StoreError when what is there cannot be used.
   */
  static async open(
    engine: NatsEngine,
    log: Log,
    own?: { readonly folder: AccessFolder; readonly storeId: Uint8Array },
  ): Promise<EnginePlace> {
    const place = new EnginePlace(engine, log);
    if (await own?.folder.giveTo(place, own.storeId)) {
      log.line(`${ACCESS_FORMAT.what} by the folder -out was added to what ${engine.name} has`);
    }
    await place.access.read();
    return place;
  }

  hear(look: () => void): void {
    this.#engine.hear(stateSubject(ACCESS_FORMAT.name), look, this.#log);
  }
}

/**
 * Uses that place for a moment.
 *
 * @param makes Whether its stream is made where it is missing.
 * @throws As {@linkcode EnginePlace.open}; what `use` throws.
 */
export async function withEnginePlace<T>(
  options: EngineOptions,
  use: (place: AccessPlace) => Promise<T>,
  makes: boolean,
): Promise<T> {
  await using engine = await NatsEngine.connect(options, SILENT);
  if (makes) await openStream(engine, STATE_STREAM, "last", options);
  return await use(await EnginePlace.open(engine, SILENT));
}
