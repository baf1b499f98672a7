/**
 * deno run --allow-ffi --allow-read tools/measure/decode_live.ts IFACE
 *
 * Captures and decodes as the sensor does, in a worker, and throws the batches away: what
 * measure_live.ts measures a sensor without its sending with. Ends with tcpdump's lines.
 */
import { stopSignal } from "../../lib/base/program/stop_signal_io.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { decoderNames } from "../../lib/decode/select_decoders.ts";
import { startPipeline } from "../../lib/gather/start_pipeline_io.ts";
import { UNHEARD } from "../../lib/gather/pipeline_listener.ts";
import { SENSOR_DEFAULTS } from "../../lib/base/sensor_defaults.ts";

const { dissect, live } = await startPipeline(
  {
    ...SENSOR_DEFAULTS,
    maxBatchBytes: SENSOR_DEFAULTS.maxBatchBytes.session,
    sources: [],
    live: {
      interfaces: [Deno.args[0]!],
      filter: "",
      snapLength: 262_144,
      promiscuous: true,
      ringBytes: 64 << 20,
      timeoutMs: 100,
      immediate: false,
      monitor: false,
    },
    types: decoderNames(DECODERS).map(typeNumber),
  },
  (batches) => Promise.resolve(batches),
  stopSignal(),
  { ...UNHEARD, say: console.log },
);
console.log(`${dissect.packets} packets captured`);
console.log(`${live!.droppedByKernel} packets dropped by kernel`);
