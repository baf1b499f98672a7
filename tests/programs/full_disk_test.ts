/** A disk without room, which Linux has as a device. */
import { assertEquals, assertMatch } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import { gzipSync } from "node:zlib";
import { BatchSchema, Type } from "../../proto/gen/netcap_pb.ts";
import { parseHex } from "../../lib/base/bytes.ts";
import { sealBox } from "../../lib/seal/box.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { sharedKey } from "../../lib/seal/shared_key.ts";
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
  name: "a full disk ends the collector with one line and code 1, though nothing more comes",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/records/full`, { recursive: true });
      await Deno.symlink("/dev/full", `${folder}/records/full/UDP.ncap.gz`);
      const { collector, address } = await startCollector(folder);
      await using _ = collector;
      const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
      using _socket = { [Symbol.dispose]: () => socket.close() };
      const to = {
        transport: "udp",
        hostname: "127.0.0.1",
        port: Number(address.split(":")[1]),
      } as const;
      await socket.send(datagramOf("friend"), to);
      await collector.line(/^new file friend\/UDP\.ncap\.gz$/);
      await socket.send(datagramOf("full"), to);

      const { code, stderr } = await collector.end();
      assertEquals(code, 1);
      assertMatch(stderr, /^Cannot write "[^"]+\/full\/UDP\.ncap\.gz": the disk is full; .+\n$/);
      let records = 0;
      for await (const burst of readRecords(`${folder}/records/friend/UDP.ncap.gz`)) {
        records += burst.records.length;
      }
      assertEquals(records, 1);
    }),
});
