import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import { SENSOR_DEFAULTS } from "../../../lib/base/sensor_defaults.ts";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import { CaptureParser } from "../../../lib/capture/capture_parser.ts";
import { Dissector } from "../../../lib/decode/dissect.ts";
import { Reassembly } from "../../../lib/decode/reassembly.ts";
import { DECODERS } from "../../../lib/decode/registry.ts";
import { Conversations } from "../../../lib/follow/conversations.ts";
import { recordsOf } from "../../../lib/follow/flow_types.ts";
import { Streams } from "../../../lib/follow/streams/streams.ts";
import type { Batch } from "../../../lib/gather/batch.ts";
import { Batches } from "../../../lib/gather/batches.ts";
import { CompactBatches } from "../../../lib/gather/compact/compact_batches.ts";
import { BatchPacker } from "../../../lib/transport/sender/batch_packer_io.ts";
import { batchBytes } from "../../../lib/transport/session/session_batch.ts";
import { SCHEMA } from "../../../lib/transport/session/session_message.ts";
import { needs, PYTHON } from "../../needs.ts";
import { SHARED } from "../shared.ts";

/** Fewer repeat their flows less often: each of these has a `Connection` record once. */
const PACKETS = 500_000;
const MAKE_MIXED = fileURLToPath(new URL("captures/make-mixed", SHARED));
/** What QUIC and IP add to the flows, with the handshake and what the collector answers, at the least. */
const BESIDE_BYTES = 30_000;

/** A sensor's way from packets to messages of a session, whose bytes are counted. */
class Way {
  bytes = 0;
  readonly dissector: Dissector;
  readonly #columns: CompactBatches;
  readonly #conversations: Conversations | undefined;
  readonly #closed: Batch[] = [];
  readonly #packer: BatchPacker;

  constructor(records: "packets" | "flows") {
    const types = new Set(recordsOf(DECODERS, records).map(typeNumber));
    const isWanted = (type: number) => types.has(type);
    const sendsHeaders = records === "packets";
    this.#packer = new BatchPacker(false, sendsHeaders);
    const { records: options, maxBatchBytes, maxBatchBytesWithoutHeaders } = SENSOR_DEFAULTS;
    const hasContext = options.context;
    const onBatch = (batch: Batch) => this.#closed.push(batch);
    const ordinary = new Batches(
      sendsHeaders ? maxBatchBytes.session : maxBatchBytesWithoutHeaders,
      onBatch,
    );
    this.#columns = new CompactBatches(ordinary, { isWanted, hasContext }, onBatch);
    if (sendsHeaders) this.#columns.switchOn();
    this.#conversations = sendsHeaders ? undefined : new Conversations(
      SENSOR_DEFAULTS.follow,
      this.#columns,
      true,
      new Uint8Array(12),
      (connections) =>
        new Streams(connections, this.#columns, { isWanted, hasCredentials: false, hasContext }),
    );
    this.dissector = new Dissector(
      DECODERS,
      this.#columns,
      options,
      isWanted,
      [],
      this.#columns,
      this.#conversations,
      new Reassembly(),
    );
  }

  async pack(): Promise<void> {
    for (const batch of this.#closed.splice(0)) {
      this.bytes += batchBytes(SCHEMA, await this.#packer.pack(batch));
    }
  }

  async end(): Promise<void> {
    for (const _ of this.#conversations?.end() ?? []);
    this.#columns.closeAll();
    await this.pack();
  }
}

Deno.test(
  needs("-records flows is a fifteenth of -records packets on the line", PYTHON),
  async () => {
    const [packets, flows] = [new Way("packets"), new Way("flows")];
    const parser = new CaptureParser({
      packet(...packet) {
        packets.dissector.packet(...packet);
        flows.dissector.packet(...packet);
      },
    });
    await using making = new Deno.Command("sh", {
      args: ["-c", `exec python3 "$0" /dev/fd/3 -n ${PACKETS} 3>&1 >&2`, MAKE_MIXED],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    for await (const chunk of making.stdout) {
      const problem = parser.push(chunk);
      assert(problem === undefined, String(problem));
      await packets.pack();
      await flows.pack();
    }
    parser.end();
    await packets.end();
    await flows.end();
    assert(
      packets.bytes >= 15 * (flows.bytes + BESIDE_BYTES),
      `${packets.bytes} bytes of packets, ${flows.bytes} of flows`,
    );
  },
);
