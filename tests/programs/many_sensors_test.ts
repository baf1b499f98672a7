/** What tools/measure/measure_sensors.ts and measure_junk.ts do at length, in small, and without looking at the clock. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { NONCE_BYTES, sealBox } from "../../lib/seal/box.ts";
import { sharedKey } from "../../lib/seal/shared_key.ts";
import { encodeDatagram } from "../../lib/transport/box/datagram.ts";
import { CollectorProcess } from "../../tools/collector_process.ts";
import { JunkMaker } from "../../tools/measure/junk.ts";
import { connectAndLeave, memoryOf, sendAtOnce, stall } from "../../tools/measure/sensor_crowd.ts";
import { VECTOR } from "../seal/vector.ts";
import { Peer } from "../transport/loopback.ts";
import { LINUX, needs } from "../needs.ts";

const MAX_MIB = 400;

const targetOf = ({ sessions, publicKey }: CollectorProcess) => ({
  address: sessions,
  collectorKey: publicKey,
});

Deno.test({
  ...needs("40 sensors at once: all that was acknowledged is stored, once", LINUX),
  fn: async () => {
    await using collector = await CollectorProcess.start();
    const load = { sensors: 40, batches: 5, batchBytes: 16 << 10, name: "crowd" };
    const sent = await sendAtOnce(targetOf(collector), load);
    const records = 5 * 256;
    assertEquals(sent.map(({ acknowledged }) => acknowledged), Array(40).fill(records));
    const { peak } = await memoryOf(collector.pid);
    assert(peak < MAX_MIB, `${peak} MiB`);
    assertMatch(await collector.stop(), new RegExp(`stored: batches=200 records=${40 * records} `));
  },
});

Deno.test({
  ...needs("60 peers that stand still do not keep 5 good ones from being stored", LINUX),
  fn: async () => {
    await using collector = await CollectorProcess.start();
    using _stalled = await stall(targetOf(collector), 60);
    const load = { sensors: 5, batches: 20, batchBytes: 32 << 10, name: "good" };
    const sent = await sendAtOnce(targetOf(collector), load);
    assertEquals(sent.map(({ acknowledged }) => acknowledged), Array(5).fill(20 * 512));
    const { peak } = await memoryOf(collector.pid);
    assert(peak < MAX_MIB, `${peak} MiB`);
  },
});

Deno.test({
  ...needs("connections that come and go leave no memory behind", LINUX),
  fn: async () => {
    await using collector = await CollectorProcess.start();
    const rounds: number[] = [];
    // 20 kB for each of them would be 18 MB in any three rounds; what is made once is made in the first.
    const grows = () => rounds.length < 4 || rounds.at(-1)! - rounds.at(-4)! >= 12;
    while (grows() && rounds.length < 12) {
      await connectAndLeave(targetOf(collector), 300);
      rounds.push((await memoryOf(collector.pid)).now);
    }
    assert(!grows(), `${rounds.join(", ")} MiB`);
    const sessions = /^sessions=(\d+) /.exec(await collector.stop())?.[1];
    assertEquals(Number(sessions), 300 * rounds.length);
  },
});

Deno.test({
  ...needs("junk on both ports harms no session and no datagram", LINUX),
  fn: async () => {
    await using collector = await CollectorProcess.start();
    // So much only that a busy machine can keep up.
    const ports = [collector.boxes.port, collector.sessions.port];
    await using junk = new JunkMaker(ports, 2000);
    const load = { sensors: 3, batches: 20, batchBytes: 32 << 10, name: "good" };
    const sent = await sendAtOnce(targetOf(collector), load);
    assertEquals(sent.map(({ acknowledged }) => acknowledged), Array(3).fill(20 * 512));
    assert(await junk.stop() > 100, "there was hardly any junk");

    using peer = new Peer();
    const { publicKey, privateKey } = newKeyPair();
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const key = sharedKey(collector.publicKey, privateKey)!;
    const box = sealBox(parseHex(VECTOR.gzip)!, nonce, key);
    await peer.send(encodeDatagram({ publicKey, nonce, box }), collector.boxes);
    assertMatch(await collector.stop(), /batches=60 .* stored: batches=61 /);
  },
});
