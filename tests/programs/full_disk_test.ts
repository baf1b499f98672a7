/** A disk without room, which Linux has as a device. */
import { assertEquals, assertMatch } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import { gzipSync } from "node:zlib";
import { BatchSchema, Type } from "../../proto/gen/netcap_pb.ts";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import { sealBox } from "../../lib/seal/box.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { sharedKey } from "../../lib/seal/shared_key.ts";
import { encodeDatagram } from "../../lib/transport/box/datagram.ts";
import { readRecords } from "../../lib/write/read/read_records_io.ts";
import { onSmallDisk } from "../write/files/small_disk.ts";
import { inFolder, Program, PUBLIC_KEY, startCollector } from "./program.ts";
import { LINUX, needs, SMALL_DISK } from "../needs.ts";
import { until } from "../until.ts";
import { ask, metricsUrl, scrape } from "./scrape.ts";

const SENDER = keyPairOf(new Uint8Array(32).fill(9));

function datagramOf(clientId: string): Uint8Array<ArrayBuffer> {
  const message = { ClientID: clientId, MessageType: Type.NC_UDP, Data: Uint8Array.of(2, 8, 1) };
  const content = gzipSync(toBinary(BatchSchema, create(BatchSchema, message)));
  const nonce = crypto.getRandomValues(new Uint8Array(24));
  const key = sharedKey(parseHex(PUBLIC_KEY)!, SENDER.privateKey)!;
  return encodeDatagram({ publicKey: SENDER.publicKey, nonce, box: sealBox(content, nonce, key) });
}

Deno.test({
  ...needs(
    "a full disk costs datagrams, which are counted, and the collector goes on when there is room",
    LINUX,
  ),
  fn: () =>
    inFolder(async (folder) => {
      const { collector, address } = await startCollector(folder, ["-metrics", "0"]);
      await using _ = collector;
      const url = await metricsUrl(collector);
      const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
      using _socket = { [Symbol.dispose]: () => socket.close() };
      const to = {
        transport: "udp",
        hostname: "127.0.0.1",
        port: Number(address.split(":")[1]),
      } as const;
      const path = `${folder}/records/full/UDP.ncap.gz`;
      await socket.send(datagramOf("full"), to);
      await collector.line(/^new file full\/UDP\.ncap\.gz$/);
      await Deno.remove(path);
      await Deno.symlink("/dev/full", `${path}.new`); // where the next one is begun
      await socket.send(datagramOf("full"), to);
      await collector.errorLine(/^Cannot open "[^"]+\/full\/UDP\.ncap\.gz": the disk is full; /);
      await until("it is not ready, and says why", async () => {
        const [status, text] = await ask(url, "/readyz");
        return status === 503 && /^batches wait: Cannot open ".+": the disk is full/.test(text);
      });
      assertEquals((await scrape(url)).get("farcap_store_stalled"), 1);
      await socket.send(datagramOf("full"), to); // the link has been removed
      await collector.line(/^new file full\/UDP\.ncap\.gz$/, 2);
      await collector.line(/^storing again$/);
      assertEquals(await ask(url, "/readyz"), [200, "ready\n"]);
      assertEquals((await scrape(url)).get("farcap_unstored_batches_total"), 1);

      const { code, stdout } = await collector.stop();
      assertEquals(code, 0);
      assertMatch(stdout, /^datagrams=3 refused=0 overflowed=0 unstored=1\nstored: batches=2 /m);
      let records = 0;
      for await (const burst of readRecords(path)) records += burst.records.length;
      assertEquals(records, 1);
    }),
});

Deno.test({
  ...needs(
    "a collector with a full disk ends when it is told to, and the next one gets what it could not store",
    SMALL_DISK,
  ),
  fn: () =>
    onSmallDisk(600, async (folder) => {
      const { collector, address } = await startCollector(folder);
      await using first = collector;
      await fill(`${folder}/ballast`, 60 << 10);
      await using sensor = new Program("sensor.ts", [
        ...["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "x"],
        ...["-read", CAPTURE, "-read", CAPTURE],
      ]);
      await first.errorLine(/: the disk is full; .*; batches of sessions wait$/);
      assertEquals((await first.stop()).code, 0);
      await Deno.remove(`${folder}/ballast`);

      await using second = (await startCollector(folder, ["-addr", address])).collector;
      const { code, stdout } = await sensor.end();
      assertEquals(code, 0);
      assertEquals((await second.stop()).code, 0);
      for (const [, type, made, stored] of stdout.matchAll(/^(\w+): made=(\d+) stored=(\d+) /gm)) {
        let records = 0;
        for await (const burst of readRecords(`${folder}/records/x/${type}.ncap.gz`)) {
          records += burst.records.length;
        }
        assertEquals([stored, records], [made, Number(made)], type);
      }
    }),
});

const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;

/** Leaves so many bytes of the disk. */
async function fill(path: string, leftBytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const block = new Uint8Array(4096);
  let bytes = 0;
  try {
    for (;;) bytes += await file.write(block);
  } catch {
    await file.truncate(bytes - leftBytes);
  }
}
