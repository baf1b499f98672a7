import { encodeHex } from "../../base/bytes/bytes.ts";
import type { Log } from "../../base/program/log_io.ts";
import { AccessFolder } from "../access/access_folder_io.ts";
import type { AccessPlace } from "../access/kept_state.ts";
import { ACCESS_FORMAT } from "../access/state_format.ts";
import type { CountedStore } from "../files/counted_store.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { openStoreId } from "../files/store_id_io.ts";
import type { EngineOptions } from "./engine_access.ts";
import { EnginePlace } from "./engine_place_io.ts";
import type { NatsStoreOptions } from "./nats_store_io.ts";
import { onceThere } from "./once_there_io.ts";
import { openNatsStore } from "./open_store_io.ts";
import { probe } from "./probe_io.ts";
import { SensorPlaces } from "./sensor_places_io.ts";
import { stateSubject } from "./subjects.ts";

/** What a collector has in common with others in an engine. */
export interface Fleet {
  readonly store: CountedStore;
  readonly place: AccessPlace;
  /** To be disposed of before the store. */
  readonly whereabouts: SensorPlaces;
}

/**
 * Opens that, with its one connection, which the store closes.
 *
 * @param folder What this collector has of its own; it is known to others by the id that is there.
 * @param signal Ends the wait for an engine that is away.
 * @throws As {@linkcode openNatsStore} and {@linkcode EnginePlace.open}.
 */
export async function openFleet(
  options: EngineOptions & Pick<NatsStoreOptions, "onStored">,
  { layer, path }: { readonly layer: FileLayer; readonly path: string },
  log: Log,
  signal: AbortSignal,
): Promise<Fleet> {
  const id = encodeHex(await openStoreId(layer, path));
  const store = await openNatsStore(options, log, signal);
  try {
    const { engine, id: storeId } = store;
    const own = { folder: new AccessFolder(layer, path), storeId };
    const place = await onceThere(
      async () => {
        await probe(engine, stateSubject(ACCESS_FORMAT.name));
        return await EnginePlace.open(engine, log, own);
      },
      log,
      signal,
    );
    return { store, place, whereabouts: new SensorPlaces(engine, id, log) };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}
