import { create, toBinary } from "@bufbuild/protobuf";
import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { gunzipSync, gzipSync } from "node:zlib";
import { concat, parseHex } from "../lib/base/bytes/bytes.ts";
import { walkRecords } from "../lib/base/record/delimited.ts";
import { ConfigError, StoreError } from "../lib/base/errors.ts";
import { SILENT } from "../lib/base/program/log_io.ts";
import { type CollectorOptions, runCollector } from "../lib/run_collector_io.ts";
import { sealBox } from "../lib/seal/box.ts";
import { keyPairOf } from "../lib/seal/key.ts";
import { sharedKey } from "../lib/seal/shared_key.ts";
import type { Address } from "../lib/transport/address.ts";
import { encodeDatagram } from "../lib/transport/box/datagram.ts";
import type { CollectorReport } from "../lib/write/counts/collector_report.ts";
import { summaryOf } from "../lib/write/counts/collector_totals.ts";
import { BatchSchema, Type } from "../proto/gen/netcap_pb.ts";
import { inFolder } from "./programs/program.ts";
import { Said } from "./said.ts";
import { VECTOR } from "./seal/vector.ts";
import { Peer } from "./transport/loopback.ts";
import { LINUX, needs } from "./needs.ts";

const hex = (text: string) => parseHex(text)!;
const COLLECTOR = keyPairOf(hex(VECTOR.collectorPrivateKey));
const SENDER = keyPairOf(new Uint8Array(32).fill(9));
const RECORD = hex(`35${VECTOR.ethernetRecord}`);
const NO_SESSIONS = {
  connections: 0,
  accepted: 0,
  turnedAway: 0,
  violations: 0,
  batches: 0,
  duplicates: 0,
  refused: 0,
  lost: 0n,
};
const ANY_PORT = { hostname: "127.0.0.1", port: 0 };

/** A datagram with a batch. */
function datagramOf(clientId: string, data: Uint8Array = RECORD, type = Type.NC_Ethernet) {
  const message = { ClientID: clientId, MessageType: type, Data: data };
  const content = gzipSync(toBinary(BatchSchema, create(BatchSchema, message)));
  const nonce = crypto.getRandomValues(new Uint8Array(24));
  const box = sealBox(content, nonce, sharedKey(COLLECTOR.publicKey, SENDER.privateKey)!);
  return encodeDatagram({ publicKey: SENDER.publicKey, nonce, box });
}

/** Runs a collector, sends it datagrams, stops it at once and gives its report. */
async function collect(
  out: string,
  datagrams: readonly Uint8Array[],
  options: Partial<CollectorOptions> = {},
): Promise<{ report: CollectorReport; from: Address }> {
  using peer = new Peer();
  const stop = new AbortController();
  const listening = Promise.withResolvers<Address>();
  const running = runCollector({
    address: ANY_PORT,
    privateKey: COLLECTOR.privateKey,
    out,
    onListening: listening.resolve,
    ...options,
  }, stop.signal);
  running.catch(listening.reject);
  const address = await listening.promise;
  for (const datagram of datagrams) await peer.send(datagram, address);
  stop.abort();
  return { report: await running, from: peer.address };
}

/** Records in a record file, its header not counted. */
async function countRecords(path: string): Promise<number> {
  const { count, problem } = walkRecords(gunzipSync(await Deno.readFile(path)), () => {});
  assertEquals(problem, undefined);
  return count - 1;
}

Deno.test("what has come by the end is stored, and every datagram is accounted for", () =>
  inFolder(async (folder) => {
    const out = `${folder}/records`;
    const { report } = await collect(out, [
      hex(VECTOR.datagram),
      datagramOf("xyz"),
      datagramOf("xyz", concat([RECORD, RECORD])),
      datagramOf("xyz", hex("020805"), Type.NC_UDP),
      new Uint8Array(3),
      new Uint8Array(100),
      new Uint8Array(200),
      datagramOf("xyz", hex("7f")),
    ]);
    const { stored, refused, session, ...counts } = report;
    assertEquals(session, NO_SESSIONS);
    assertEquals(counts, {
      expired: { files: 0, batches: 0, records: 0, bytes: 0 },
      damagedFiles: 0,
      datagrams: 8,
      overflowed: 0,
      unstored: 0,
    });
    assertEquals(Object.fromEntries(refused), {
      "too short": 1,
      "not for this key": 2,
      "broken framing": 1,
    });
    const { packedBytes, ...ethernet } = stored.get(Type.NC_Ethernet)!;
    assertEquals(ethernet, { batches: 3, records: 4, bytes: 4 * RECORD.length });
    assertEquals(stored.get(Type.NC_UDP)?.records, 1);
    assertEquals(stored.size, 2);

    let size = 0;
    for (const [path, records] of [["alice/Ethernet", 1], ["xyz/Ethernet", 3], ["xyz/UDP", 1]]) {
      const file = `${out}/${path}.ncap.gz`;
      assertEquals(await countRecords(file), records, `${path}`);
      if (path !== "xyz/UDP") size += (await Deno.stat(file)).size;
    }
    // Each file also has a member with its header.
    assertLess(packedBytes, size);
    assert(packedBytes > size - 2 * 200, `${packedBytes} of ${size} bytes`);
  }));

Deno.test("the collector says what comes, what is new and what is refused", () =>
  inFolder(async (folder) => {
    const log = new Said();
    const datagrams = [datagramOf("xyz"), new Uint8Array(100)];
    const { from } = await collect(folder, datagrams, { log });
    const source = `${from.hostname}:${from.port}`;
    assertEquals(log.details, [
      `packet-received: bytes=${datagrams[0]!.length} from=${source}`,
      "decoded batch NC_Ethernet from client xyz",
      `packet-received: bytes=100 from=${source}`,
    ]);
    assertEquals(log.lines, [
      "new file xyz/Ethernet.ncap.gz",
      "new file xyz/CollectorSpan.ncap.gz",
    ]);
    assertEquals(log.problems, [
      ["sensors", "Any key may send, under any name: -sensors FILE or -enroll restricts that"],
      ["not for this key", `Refused a datagram of 100 bytes from ${source}: not for this key`],
    ]);
  }));

Deno.test("a client's name cannot break out of its line", () =>
  inFolder(async (folder) => {
    const log = new Said();
    const name = "x\ndecoded batch NC_TCP from client y\r\x1b[2J\x00\x9b1m";
    await collect(folder, [datagramOf(name)], { log });
    assertEquals(log.details.length, 2);
    for (const line of [...log.lines, ...log.details]) {
      assertEquals(/\p{Cc}/u.test(line), false, JSON.stringify(line));
    }
  }));

Deno.test("a client's name does not fill the log", () =>
  inFolder(async (folder) => {
    const log = new Said();
    await collect(folder, [datagramOf("n".repeat(100_000))], { log });
    assertEquals(log.details.length, 2);
    for (const line of [...log.lines, ...log.details]) assertLess(line.length, 400);
  }));

Deno.test("port 0 is a free port, which is told", () =>
  inFolder(async (folder) => {
    const told: Address[] = [];
    using peer = new Peer();
    const stop = new AbortController();
    const running = runCollector({
      address: ANY_PORT,
      privateKey: COLLECTOR.privateKey,
      out: folder,
      onListening: (address) => {
        told.push(address);
        peer.send(datagramOf("xyz"), address).then(() => stop.abort());
      },
    }, stop.signal);
    assertEquals((await running).stored.get(Type.NC_Ethernet)?.records, 1);
    assertEquals(told.map(({ hostname, port }) => [hostname, port > 0]), [["127.0.0.1", true]]);
  }));

Deno.test("an abort before the start ends it with nothing", () =>
  inFolder(async (folder) => {
    const options = { address: ANY_PORT, privateKey: COLLECTOR.privateKey, out: folder };
    for (let time = 0; time < 2; time++) { // the second shows that the folder is free again
      assertEquals(await runCollector(options, AbortSignal.abort()), {
        datagrams: 0,
        overflowed: 0,
        refused: new Map(),
        unstored: 0,
        session: NO_SESSIONS,
        stored: new Map(),
        expired: { files: 0, batches: 0, records: 0, bytes: 0 },
        damagedFiles: 0,
      });
    }
  }));

Deno.test("a port that is in use is thrown, and the folder is free again", () =>
  inFolder(async (folder) => {
    using peer = new Peer();
    const options = { address: peer.address, privateKey: COLLECTOR.privateKey, out: folder };
    const error = await assertRejects(
      () => runCollector(options, new AbortController().signal),
      ConfigError,
    );
    assertEquals(error.code, "address-in-use");
    const { report } = await collect(folder, [datagramOf("xyz")]);
    assertEquals(report.stored.get(Type.NC_Ethernet)?.records, 1);
  }));

Deno.test("a folder that cannot be made is thrown", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "not a folder");
    await assertRejects(() => collect(`${folder}/file/records`, []), StoreError);
    await assertRejects(() => collect(`${folder}/file`, []), StoreError, "it is no folder");
  }));

Deno.test("a folder in which another collector stores is refused", () =>
  inFolder(async (folder) => {
    const stop = new AbortController();
    const listening = Promise.withResolvers<Address>();
    const options = { address: ANY_PORT, privateKey: COLLECTOR.privateKey, out: folder };
    const first = runCollector({ ...options, onListening: listening.resolve }, stop.signal);
    await listening.promise;
    const error = await assertRejects(() => runCollector(options, stop.signal), StoreError);
    assertEquals(error.code, "locked");
    stop.abort();
    await first;
  }));

Deno.test({
  ...needs("a store that fails ends the collector, also when nothing more comes", LINUX),
  fn: () =>
    inFolder(async (folder) => {
      using peer = new Peer();
      let address: Address;
      const log = {
        ...SILENT,
        line(text: string) {
          if (!text.startsWith("new file")) return;
          loseFile(`${folder}/xyz/Ethernet.ncap.gz`);
          peer.send(datagramOf("xyz"), address);
        },
      };
      const running = runCollector({
        address: ANY_PORT,
        privateKey: COLLECTOR.privateKey,
        out: folder,
        log,
        onListening: (listening) => {
          address = listening;
          peer.send(datagramOf("xyz"), address);
        },
      }, AbortSignal.timeout(10_000));
      const error = await assertRejects(() => running, StoreError, "Cannot sync");
      assertEquals(error.code, "sync-failed");
    }),
});

/** Takes a file away, so that the one that is begun in its place cannot be synced. */
function loseFile(path: string): void {
  Deno.removeSync(path);
  Deno.symlinkSync("/dev/null", `${path}.new`);
}

Deno.test("summaryOf() adds the types up, and has a line for each kind of which there is something", () => {
  const report = {
    datagrams: 21,
    overflowed: 2,
    unstored: 3,
    session: {
      connections: 5,
      accepted: 4,
      turnedAway: 1,
      violations: 3,
      batches: 9,
      duplicates: 2,
      refused: 1,
      lost: 8n,
    },
    expired: { files: 1, batches: 2, records: 3, bytes: 4 },
    damagedFiles: 5,
    refused: new Map([["too short", 5], ["damaged", 6]] as const),
    stored: new Map([
      [7, { batches: 1, records: 20, bytes: 300, packedBytes: 100 }],
      [8, { batches: 4, records: 50, bytes: 600, packedBytes: 700 }],
    ]),
  };
  assertEquals(
    summaryOf(report),
    [
      "sessions=4 turned-away=1 violations=3 batches=9 duplicates=2 refused=1 lost=8",
      "datagrams=21 refused=11 overflowed=2 unstored=3",
      "stored: batches=5 records=70 bytes=800",
      "deleted: files=1 batches=2 records=3",
      "damaged: files=5",
    ],
  );
});
