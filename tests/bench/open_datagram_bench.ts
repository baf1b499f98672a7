/** What a datagram costs on either side besides packing, and what noise costs the collector. */
import { Dissector } from "../../lib/decode/dissect.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { CaptureParser } from "../../lib/capture/capture_parser.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { encodeBatchMessage } from "../../lib/pack/batch_message.ts";
import { gzip } from "../../lib/pack/gzip.ts";
import { sealBox } from "../../lib/seal/box.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { sharedKey } from "../../lib/seal/shared_key.ts";
import { encodeDatagram } from "../../lib/transport/box/datagram.ts";
import { DatagramOpener } from "../../lib/verify/open_datagram.ts";

const collector = keyPairOf(new Uint8Array(32).fill(1));
const sensor = keyPairOf(new Uint8Array(32).fill(2));
const nonce = new Uint8Array(24);
const key = sharedKey(collector.publicKey, sensor.privateKey)!;

const content = await gzip(encodeBatchMessage("xyz", fullBatch(), false));
const seal = () =>
  encodeDatagram({ publicKey: sensor.publicKey, nonce, box: sealBox(content, nonce, key) });
const datagram = seal();
const opener = new DatagramOpener(collector.privateKey);
const stranger = datagram.slice();
stranger[0]! ^= 1;
let nowMs = 0;

Deno.bench(`seal a datagram of ${datagram.length} bytes`, { group: "datagram" }, () => {
  seal();
});

Deno.bench("open, unpack and check it", { group: "datagram" }, () => {
  opener.open(datagram, 0);
});

Deno.bench("refuse one with a key never seen (a key agreement)", { group: "datagram" }, () => {
  opener.open(stranger, nowMs++);
});

/** The first full batch of TCP records of our own traffic, read several times over. */
function fullBatch(): Batch {
  const bytes = Deno.readFileSync(new URL("../captures/office.pcap", import.meta.url));
  let full: Batch | undefined;
  const batches = new Batches(10_240, (batch) => full ??= batch.type === 38 ? batch : undefined);
  const options = { payload: false, context: true, entropy: false };
  while (!full) {
    const parser = new CaptureParser(new Dissector(DECODERS, batches, options));
    parser.push(bytes);
  }
  return full;
}
