/** Whatever a datagram holds, the collector goes on, counts it, and writes nowhere else. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { BatchSchema, Type } from "../../proto/gen/netcap_pb.ts";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import { sealBox } from "../../lib/seal/box.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { sharedKey } from "../../lib/seal/shared_key.ts";
import { encodeDatagram } from "../../lib/transport/box/datagram.ts";
import { readRecords } from "../../lib/write/read/read_records_io.ts";
import { VECTOR } from "../seal/vector.ts";
import { kernelHoldsNone, Peer } from "../transport/loopback.ts";
import { until } from "../until.ts";
import { inFolder, PUBLIC_KEY, startCollector } from "./program.ts";

const hex = (text: string) => parseHex(text)!;
const SENDER = keyPairOf(new Uint8Array(32).fill(9));
const RECORD = hex(`35${VECTOR.ethernetRecord}`);

function sealed(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = crypto.getRandomValues(new Uint8Array(24));
  const key = sharedKey(hex(PUBLIC_KEY), SENDER.privateKey)!;
  return encodeDatagram({ publicKey: SENDER.publicKey, nonce, box: sealBox(content, nonce, key) });
}

function batchOf(clientId: string, type = Type.NC_Ethernet, data = RECORD): Uint8Array {
  const message = create(BatchSchema, { ClientID: clientId, MessageType: type, Data: data });
  return gzipSync(toBinary(BatchSchema, message));
}

/** Bytes that look random and are the same in every run. */
function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed >>> 24;
  });
}

async function allFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) {
      found.push(...(await allFiles(`${folder}/${name}`)).map((f) => `${name}/${f}`));
    } else found.push(name);
  }
  return found.sort();
}

Deno.test("no datagram ends or blocks the collector; each is counted by reason", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    const port = Number(address.split(":")[1]);
    using peer = new Peer();
    const send = async (bytes: Uint8Array) => {
      await peer.send(bytes, { hostname: "127.0.0.1", port });
      await until("the collector takes it from the kernel", () => kernelHoldsNone(port));
    };

    const good = hex(VECTOR.datagram);
    const flipped = good.slice();
    flipped[100]! ^= 1;
    const bomb = gzipSync(new Uint8Array(40 << 20));
    const valid = batchOf("friend");
    const clients = ["../../etc", "/etc/cron.d", "", "n".repeat(10_000), "a\0b", ".", "..", "a/b"];
    const expected: Record<string, number> = {};
    const refused = async (reason: string, bytes: Uint8Array) => {
      expected[reason] = (expected[reason] ?? 0) + 1;
      await send(bytes);
    };

    await send(good);
    await refused("too short", new Uint8Array(0));
    await refused("too short", noise(71, 1));
    await refused("not for this key", new Uint8Array(72));
    await refused("not for this key", noise(65_507, 2));
    await refused("not for this key", flipped);
    for (let length = 0; length < good.length; length += 13) {
      await refused(length < 72 ? "too short" : "not for this key", good.subarray(0, length));
    }
    await refused("not gzip", sealed(noise(500, 3)));
    await refused("not gzip", sealed(new Uint8Array(0)));
    await refused("damaged", sealed(valid.subarray(0, valid.length - 9)));
    await refused("too large", sealed(bomb));
    await refused("not a batch", sealed(gzipSync(noise(300, 4))));
    await refused("unknown type", sealed(batchOf("x", 4711 as Type)));
    await refused("no records", sealed(batchOf("x", Type.NC_UDP, new Uint8Array(0))));
    await refused("broken framing", sealed(batchOf("x", Type.NC_UDP, hex("7f"))));
    await refused("broken record", sealed(batchOf("x", Type.NC_UDP, hex("0208ff"))));
    for (const client of clients) await send(sealed(batchOf(client)));
    await send(sealed(valid));
    await collector.line(/^new file friend\/Ethernet\.ncap\.gz$/);

    const { code, stdout } = await collector.stop();
    assertEquals(code, 0);
    const counted = Object.fromEntries(
      [...stdout.matchAll(/^refused, (.+): (\d+)$/gm)].map(([, why, n]) => [why!, Number(n)]),
    );
    assertEquals(counted, expected);
    assertMatch(stdout, new RegExp(`batches=${clients.length + 2} `));

    // One folder a client, one file in it, and nothing beside the records.
    const files = await allFiles(folder);
    assertEquals(files.every((file) => file.startsWith("records/")), true, files.join("\n"));
    const stored = files.filter((file) => file.endsWith("/Ethernet.ncap.gz"));
    assertEquals(stored.length, clients.length + 2, files.join("\n"));
    assertEquals(stored.every((file) => file.split("/").length === 3), true, files.join("\n"));
    for (const file of stored) {
      let count = 0;
      for await (const { records } of readRecords(`${folder}/${file}`)) count += records.length;
      assertEquals(count, 1, file);
    }
  }));

Deno.test("a flood of noise does not keep a known client's batch from being stored", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    const to = { hostname: "127.0.0.1", port: Number(address.split(":")[1]) };
    using peer = new Peer();
    await peer.send(sealed(batchOf("friend")), to);
    await collector.line(/^new file friend\/Ethernet\.ncap\.gz$/);
    // What the kernel drops of so much at once is not the collector's doing: the friend tries again.
    await until("the friend's batch is stored", async () => {
      for (let i = 0; i < 2000; i++) await peer.send(noise(1 + i % 200, i), to);
      await peer.send(sealed(batchOf("friend", Type.NC_UDP)), to);
      return /^new file friend\/UDP\.ncap\.gz$/m.test(collector.said);
    });
    const { code, stdout } = await collector.stop();
    assertEquals(code, 0);
    const [, refused] = /^datagrams=\d+ refused=(\d+) /m.exec(stdout)!.map(Number);
    assert(refused! > 1000, stdout);
  }));
