/**
 * How fast packets become records in batches, on one thread: 100,000 packets in memory, with the
 * sensor's own options and all decoders. A million packets a second are 100 ms.
 */
import { Dissector } from "../../lib/decode/dissect.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { type Capture, captures, type Frame, framesOf } from "../decode/captured_frames.ts";
import { SHARED } from "../shared/shared.ts";
import { sharedCaptures } from "../shared/shared_captures.ts";

const PACKETS = 100_000;
/** The sensor's default for `-max`. */
const MAX_BATCH_BYTES = 10_240;
const OPTIONS = { payload: false, context: true, entropy: false };

/** The captures of `../shared/captures/mixed.list`, which `make-mixed` makes a big file of. */
const MIXED = new URL("captures/mixed.list", SHARED);

bench("an office's traffic", framesOfAll(captures(), ["own/office.pcap"]));
const mixed = mixedNames();
if (mixed.length > 0) bench("the traffic of make-mixed", framesOfAll(sharedCaptures(), mixed));

function mixedNames(): string[] {
  let list: string;
  try {
    list = Deno.readTextFileSync(MIXED);
  } catch {
    return []; // without the shared captures
  }
  return list.split("\n").filter((line) => line !== "" && !line.startsWith("#")).flatMap((line) => {
    const [name, weight = "1"] = line.split(" ");
    return new Array<string>(Number(weight)).fill(name!);
  });
}

function framesOfAll(captures: readonly Capture[], names: readonly string[]): Frame[] {
  const byName = new Map(captures.map((capture) => [capture.name, capture]));
  return names.flatMap((name) => framesOf(byName.get(name)!));
}

function bench(traffic: string, frames: readonly Frame[]): void {
  Deno.bench(`decode ${PACKETS} packets: ${traffic}`, () => {
    let records = 0;
    const batches = new Batches(MAX_BATCH_BYTES, (batch) => {
      records += batch.count;
      batches.recycle(batch);
    });
    const dissector = new Dissector(DECODERS, batches, OPTIONS);
    for (let packet = 0; packet < PACKETS;) {
      for (const { bytes, originalLength, sec, nsec, linkType } of frames) {
        dissector.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
        if (++packet === PACKETS) break;
      }
    }
    batches.closeAll();
    if (records < PACKETS) throw new Error(`only ${records} records`);
  });
}
