/** A disk without room, which Linux has as a device. */
import { assertEquals, assertMatch } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import { gzipSync } from "node:zlib";
import { BatchSchema, Type } from "../../proto/gen/netcap_pb.ts";
import { parseHex } from "../../lib/base/bytes.ts";
import { sealBox, sharedKey } from "../../lib/seal/box.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { encodeDatagram } from "../../lib/transport/datagram.ts";
import { readRecords } from "../../lib/write/read_records_io.ts";
import { inFolder, PUBLIC_KEY, startCollector } from "./program.ts";

const SENDER = keyPairOf(new Uint8Array(32).fill(9));

function datagramOf(clientId: string): Uint8Array<ArrayBuffer> {
  const message = { ClientID: clientId, MessageType: Type.NC_UDP, Data: Uint8Array.of(2, 8, 1) };
  const content = gzipSync(toBinary(BatchSchema, create(BatchSchema, message)));
  const nonce = crypto.getRandomValues(new Uint8Array(24));
  const key = sharedKey(parseHex(PUBLIC_KEY)!, SENDER.privateKey)!;
  return encodeDatagram({ publicKey: SENDER.publicKey, nonce, box: sealBox(content, nonce, key) });
}

Deno.test({
  name:
    "a full disk costs datagrams, which are counted, and the collector goes on when there is room",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const { collector, address } = await startCollector(folder);
      await using _ = collector;
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
      await socket.send(datagramOf("full"), to); // the link has been removed
      await collector.line(/^new file full\/UDP\.ncap\.gz$/, 2);
      await collector.line(/^storing again$/);

      const { code, stdout } = await collector.stop();
      assertEquals(code, 0);
      assertMatch(stdout, /^datagrams=3 refused=0 overflowed=0 unstored=1 stored: batches=2 /m);
      let records = 0;
      for await (const burst of readRecords(path)) records += burst.records.length;
      assertEquals(records, 1);
    }),
});
