/** Folders of Connection records that a store has written. */
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import type { Store } from "../../../lib/write/store.ts";
import { ConnectionSchema, Type } from "../../../proto/gen/netcap_pb.ts";
import { frame } from "../files/record_file_bytes.ts";

export type ConnectionInit = MessageInitShape<typeof ConnectionSchema>;

/** A connection of TCP by its number: each is a second after the one before. */
export function connection(id: number): ConnectionInit {
  const TimestampFirst = 1_600_000_000_123_456_789n + BigInt(id) * 1_000_000_000n;
  return {
    ...{
      TimestampFirst,
      TimestampLast: TimestampFirst + 500_000_000n,
      TimestampStart: TimestampFirst,
    },
    ...{ NetworkProto: "IPv4", TransportProto: "TCP", IPProtocol: 6, EndReason: "fin", Part: 1 },
    ...{
      SrcIP: "192.0.2.1",
      DstIP: "198.51.100.2",
      SrcPort: String(1024 + id % 50_000),
      DstPort: "80",
    },
    ...{ ConnectionID: BigInt(id), PacketsClientToServer: 3n, PacketsServerToClient: 2n },
    ...{ IPBytesClientToServer: 180n, IPBytesServerToClient: 120n, TCPState: "SF" },
  };
}

/** A store that takes batches of connections while others read. */
export class ConnectionStore implements AsyncDisposable {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  static async open(
    folder: string,
    options: { rotateBytes?: number } = {},
  ): Promise<ConnectionStore> {
    return new ConnectionStore(
      await RecordStore.open(folder, { version: "v1", gatherMs: 0, ...options }),
    );
  }

  /** Stores a batch. */
  async add(clientId: string, connections: readonly ConnectionInit[]): Promise<void> {
    const messages = connections.map((init) => create(ConnectionSchema, init));
    const times = messages.map(({ TimestampFirst }) => TimestampFirst);
    await this.#store.append({
      clientId,
      type: Type.NC_Connection,
      count: messages.length,
      records: concat(messages.map((it) => frame(toBinary(ConnectionSchema, it)))),
      firstTime: times.reduce((a, b) => a < b ? a : b),
      lastTime: times.reduce((a, b) => a > b ? a : b),
      containsPayloads: false,
    });
    await this.#store.commit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
  }
}

/** The numbers from `first` on. */
export function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}
