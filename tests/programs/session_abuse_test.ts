/** Whatever a sensor does in a session, or whoever plays one, the collector's other sensors do not feel it. */
import type { ChannelMessage } from "../../lib/seal/channel_message.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { crc32, deflateRawSync } from "node:zlib";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes.ts";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import type { KeyPair } from "../../lib/seal/key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import {
  BYE,
  encodeRelease,
  encodeStored,
  encodeWant,
  MessageType,
  parseStored,
  Rejection,
  SCHEMA,
} from "../../lib/transport/session/session_message.ts";
import { dialRaw, RawPeer } from "../../tools/raw_peer.ts";
import { VECTOR } from "../seal/vector.ts";
import { Peer } from "../transport/loopback.ts";
import { membersOf } from "../write/files/session_sensor.ts";
import { until } from "../until.ts";
import { type Ended, inFolder, type Program, PUBLIC_KEY, startCollector } from "./program.ts";

const ETHERNET = 7;
const TCP = 38;
/** `SensorMinute`. */
const BOOKS = 1000;
const RECORD = parseHex(`35${VECTOR.ethernetRecord}`)!;
const hexOf = ({ publicKey }: KeyPair) => encodeHex(publicKey);

/** A collector with its address of sessions, and a way to connect to it. */
interface Running {
  readonly folder: string;
  readonly collector: Program;
  readonly port: number;
  /** Ends the collector in order; gives what it said. */
  stop(): Promise<Ended>;
  connect(keys?: KeyPair): Promise<RawPeer>;
}

/** Runs a test against a collector, which has to end in order afterwards. */
function withCollector(args: readonly string[], test: (running: Running) => Promise<void>) {
  return () =>
    inFolder(async (folder) => {
      const inside = args.map((arg) => arg.replace("$FOLDER", folder));
      if (args.includes("-sensors")) await Deno.writeTextFile(`${folder}/sensors`, "# nobody\n");
      const { collector, address } = await startCollector(folder, inside);
      await using _ = collector;
      const port = Number(address.split(":")[1]);
      const to = { hostname: "127.0.0.1", port: port + 1 };
      const collectorKey = parseHex(PUBLIC_KEY)!;
      const connect = (keys?: KeyPair) => RawPeer.connect({ address: to, collectorKey }, keys);
      let ended: Promise<Ended> | undefined;
      const stop = () => ended ??= collector.stop();
      await test({ folder, collector, port, connect, stop });
      assertEquals((await stop()).code, 0);
    });
}

const withRoster = (test: (running: Running) => Promise<void>) =>
  withCollector(["-sensors", "$FOLDER/sensors"], test);

/** Writes the file of sensors and has the collector read it. */
async function enrol({ folder, collector }: Running, lines: readonly string[]) {
  const before = [...collector.said.matchAll(/^sensors: /gm)].length;
  await Deno.writeTextFile(`${folder}/sensors`, `# who may send\n${lines.join("\n")}\n`);
  collector.kill("SIGHUP");
  await collector.line(/^sensors: /, before + 1);
}

/** A batch that holds what it says, unless it is told to say something else. */
function batch(
  says: Partial<PackedBatch & { type: number; count: number }> = {},
  records = RECORD,
): PackedBatch {
  const { type = ETHERNET, count = 1, ...others } = says;
  return {
    parts: [{ type, count }],
    encoding: 1,
    minute: 0,
    firstTime: 1_600_000_000_000_000_001n,
    lastTime: 1_600_000_000_000_000_001n,
    crc: crc32(records),
    recordBytes: records.length,
    containsPayloads: false,
    body: new Uint8Array(deflateRawSync(records)),
    ...others,
  };
}

/** Waits until all up to that number is settled. */
async function settled(peer: RawPeer, sequence: bigint): Promise<void> {
  for (;;) {
    const { body } = await peer.receive(MessageType.Stored);
    if (parseStored(body)!.settled >= sequence) return;
  }
}

async function sendAndSettle(peer: RawPeer, sequence: bigint): Promise<void> {
  await peer.send(encodeBatch(SCHEMA, sequence, batch()));
  await settled(peer, sequence);
}

/** The batches in a file; notes and its header are none. */
async function membersIn(folder: string, file: string) {
  return membersOf(await Deno.readFile(`${folder}/records/${file}`), file)
    .filter(({ sequence, count }) => sequence > 0n || count > 0);
}

async function clientsIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/records`)) {
    if (isDirectory && !name.startsWith(".")) names.push(name);
  }
  return names.sort();
}

Deno.test(
  "a connection that is played again, in whole or to any part, touches nothing of the real one",
  withCollector([], async (running) => {
    const { collector, connect, port, stop } = running;
    using real = await connect();
    await real.welcome(1n, "alice");
    await sendAndSettle(real, 1n);
    const recorded = real.written;
    const address = { hostname: "127.0.0.1", port: port + 1 };
    const MESSAGE_1_ENDS = 102;
    const MESSAGE_2_BYTES = 50;
    for (const length of [4, 50, MESSAGE_1_ENDS, 150, recorded.length - 1, recorded.length]) {
      const { stream, dialer } = await dialRaw({ address });
      using _dialer = dialer;
      using _stream = stream;
      await stream.write(recorded.subarray(0, length));
      if (length < MESSAGE_1_ENDS) continue; // half-open: it says nothing, and nothing is said of it
      const read = () => stream.read().catch(() => undefined);
      const answer = await read();
      if (length < 200) assertEquals(answer?.length, MESSAGE_2_BYTES);
      else if (answer) { // the hello is whole, and cannot be of this handshake: no more than message 2
        assertEquals(answer.length, MESSAGE_2_BYTES);
        assertEquals(await read(), undefined);
      }
    }
    await sendAndSettle(real, 2n); // it has not been fenced
    await real.send(BYE);
    await collector.line(/^alice has disconnected, from \S+: all that it sent is stored$/);
    const { stdout, stderr } = await stop();
    assertEquals(stdout.match(/^alice is connected/gm)?.length, 1);
    assertMatch(stdout, /^sessions=1 .* batches=2 duplicates=0 /m);
    assertMatch(stderr, /not authentic/);
  }),
);

Deno.test(
  "a key that is not in -sensors sends nothing; names are given by the file and decide the folder",
  withRoster(async (running) => {
    const [one, two, other, stranger] = [1, 2, 3, 4].map(() => newKeyPair());
    await enrol(running, [
      `${hexOf(one!)} plant-7`,
      `${hexOf(two!)} plant-7 # its spare`,
      `${hexOf(other!)} mill`,
    ]);
    using unknown = await running.connect(stranger);
    await unknown.hello(1n, "plant-7");
    assertEquals(await unknown.rejection(), Rejection.UnknownKey);
    for (const [keys, session, name] of [[one, 1n, "mill"], [two, 2n, ""], [other, 1n, "../x"]]) {
      using peer = await running.connect(keys as KeyPair);
      const welcome = await peer.welcome(session as bigint, name as string);
      assertEquals(welcome.name, keys === other ? "mill" : "plant-7");
      await sendAndSettle(peer, 1n);
      await peer.send(BYE);
      await peer.next(MessageType.Bye);
    }
    assertEquals(await clientsIn(running.folder), ["mill", "plant-7"]);
    const members = await membersIn(running.folder, "plant-7/Ethernet.ncap.gz");
    assertEquals(members.map(({ session }) => session), [1n, 2n]);
  }),
);

Deno.test(
  "a line that is removed from -sensors ends that session within 5 s, and its key does not come back",
  withRoster(async (running) => {
    const [bad, good] = [newKeyPair(), newKeyPair()];
    const line = `${hexOf(good)} good`;
    await enrol(running, [`${hexOf(bad)} bad`, line]);
    using revoked = await running.connect(bad);
    await revoked.welcome(1n, "");
    await sendAndSettle(revoked, 1n);
    using stays = await running.connect(good);
    await stays.welcome(1n, "");

    await Deno.writeTextFile(`${running.folder}/sensors`, "this is no roster\n");
    await running.collector.errorLine(/^Cannot use the sensors in .*: line 1/);
    await sendAndSettle(revoked, 2n); // a broken file changes nothing

    await revoked.send(encodeBatch(SCHEMA, 3n, batch()));
    const changedAtMs = performance.now();
    await Deno.writeTextFile(`${running.folder}/sensors`, `${line}\n`);
    const rejection = await revoked.rejection();
    const tookMs = performance.now() - changedAtMs;
    assertEquals(rejection, Rejection.Revoked);
    assert(tookMs < 20_000, `it took ${tookMs} ms`);
    using again = await running.connect(bad);
    await again.hello(1n, "");
    assertEquals(await again.rejection(), Rejection.UnknownKey);
    await sendAndSettle(stays, 1n);
    const stored = await membersIn(running.folder, "bad/Ethernet.ncap.gz");
    assertEquals(stored.map(({ sequence }) => sequence), [1n, 2n, 3n]);
  }),
);

Deno.test(
  "types= is told in the welcome, what is sent all the same is refused and counted; a change is told, too",
  withRoster(async (running) => {
    const keys = newKeyPair();
    const [ETHERNET_ONLY, TCP_ONLY] = ["types=Ethernet", "types=TCP max-rate=1M"];
    await enrol(running, [`${hexOf(keys)} gate ${ETHERNET_ONLY}`]);
    using peer = await running.connect(keys);
    assertEquals((await peer.welcome(1n, "")).values?.wantedTypes, [ETHERNET, BOOKS]);
    await sendAndSettle(peer, 1n);
    await peer.send(encodeBatch(SCHEMA, 2n, batch({ type: TCP })));
    await settled(peer, 2n);
    await enrol(running, [`${hexOf(keys)} gate ${TCP_ONLY}`]);
    await peer.receive(MessageType.Bye);
    using again = await running.connect(keys);
    const rest = { oldest: 3n, next: 3n };
    assertEquals((await again.welcome(1n, "", rest)).values?.wantedTypes, [TCP, BOOKS]);
    await sendAndSettle(again, 3n);
    const members = await Promise.all(
      ["Ethernet", "TCP"].map((type) => membersIn(running.folder, `gate/${type}.ncap.gz`)),
    );
    assertEquals(
      members.map((of) => of.map(({ sequence, reason, count }) => [sequence, reason, count])),
      [[[1n, 0, 1], [3n, 10, 0]], [[2n, 10, 0]]],
    );
    const { stdout, stderr } = await running.stop();
    assertMatch(stdout, / batches=3 duplicates=0 refused=2 /);
    assertMatch(stderr, /^gate has disconnected, from \S+: its limits have changed$/m);
    assertMatch(stderr, /^Refused batch 2 of gate: its records are of a type that is not taken/m);
  }),
);

Deno.test(
  "the last batch and the last datagram of a sensor are taken at most 5 s after its line has gone",
  withRoster(async (running) => {
    const { port, folder } = running;
    const keys = newKeyPair();
    const lines = [`${hexOf(keys)} gone`, `${VECTOR.agentPublicKey} old box`];
    let leastMs = Infinity;
    // Others may have the machine: of some tries the best one counts.
    for (let session = 1n; session <= 5n && leastMs > 5000; session++) {
      await enrol(running, lines);
      using peer = await running.connect(keys);
      using old = new Peer();
      await peer.welcome(session, "");
      const changedAtMs = Date.now();
      await Deno.writeTextFile(`${folder}/sensors`, "# nobody\n");
      let isOver = false;
      const rejection = peer.rejection().finally(() => isOver = true);
      for (let sequence = 1n; !isOver; sequence++) {
        await peer.send(encodeBatch(SCHEMA, sequence, batch())).catch(() => {});
        await old.send(parseHex(VECTOR.datagram)!, { hostname: "127.0.0.1", port });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assertEquals(await rejection, Rejection.Revoked);
      for (let n = 0; n < 20; n++) {
        await old.send(parseHex(VECTOR.datagram)!, { hostname: "127.0.0.1", port });
      }
      await running.collector.line(/^gone has|^sensors: 0 keys/, Number(session));
      const lastMs = await Promise.all(["gone", "old"].map(async (name) => {
        const members = await membersIn(folder, `${name}/Ethernet.ncap.gz`);
        return Number(members.at(-1)!.arrival / 1_000_000n) - changedAtMs;
      }));
      leastMs = Math.min(leastMs, Math.max(...lastMs));
    }
    assert(leastMs <= 5000, `it took ${leastMs} ms`);
  }),
);

Deno.test(
  "SIGHUP has -sensors read at once; a key that gets another name ends its session too",
  withRoster(async (running) => {
    const keys = newKeyPair();
    await enrol(running, [`${hexOf(keys)} before`]);
    using peer = await running.connect(keys);
    await peer.welcome(1n, "");
    await enrol(running, [`${hexOf(keys)} after`]);
    assertEquals(await peer.rejection(), Rejection.Revoked);
    using renamed = await running.connect(keys);
    assertEquals((await renamed.welcome(1n, "")).name, "after");
  }),
);

Deno.test(
  "a sensor of -sensors may use datagrams only if its line says box",
  withRoster(async (running) => {
    const { collector, port } = running;
    using peer = new Peer();
    const send = () => peer.send(parseHex(VECTOR.datagram)!, { hostname: "127.0.0.1", port });
    await send();
    const wanted = "not a sensor that may use datagrams; wanted in the file of -sensors:";
    const short = VECTOR.agentPublicKey.slice(0, 8);
    await collector.errorLine(new RegExp(`: ${wanted} ${VECTOR.agentPublicKey} ${short} box$`));
    await enrol(running, [`${VECTOR.agentPublicKey} gate`]);
    const said = new RegExp(`: ${wanted} ${VECTOR.agentPublicKey} gate box`);
    let isSaid = false;
    collector.errorLine(said).then(() => isSaid = true);
    await until("the line with its name", async () => {
      await send(); // a reason is said once a second
      return isSaid;
    });
    await enrol(running, [`${VECTOR.agentPublicKey} gate box`]);
    await send();
    await collector.line(/^new file gate\/Ethernet\.ncap\.gz$/);
    assertEquals(await clientsIn(running.folder), ["gate"]); // the datagram says alice
  }),
);

/** Whether nobody listens at a port. */
function isFree(port: number): boolean {
  try {
    Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test(
  "-box=false listens for sessions only",
  withCollector(["-box=false"], async ({ port, connect }) => {
    assertEquals([isFree(port), isFree(port + 1)], [true, false]);
    using peer = await connect();
    await peer.welcome(1n, "alice");
  }),
);

Deno.test(
  "-session=false listens for datagrams only",
  withCollector(["-session=false"], ({ port }) => {
    assertEquals([isFree(port), isFree(port + 1)], [false, true]);
    return Promise.resolve();
  }),
);

Deno.test(
  "a batch that says something else than it holds is refused for good, and the session goes on",
  withCollector([], async ({ folder, connect, stop }) => {
    const keys = newKeyPair();
    const cut = RECORD.subarray(0, -1);
    const zeros = new Uint8Array(40 << 20);
    const lies: [reason: number, batch: PackedBatch][] = [
      [1, batch({ type: 4711 })],
      [2, batch({ body: Uint8Array.of(0xff, 0xff) })],
      [2, batch({ body: concat([batch().body, Uint8Array.of(0)]) })],
      [3, batch({}, zeros)], // a bomb
      [3, batch({ recordBytes: RECORD.length - 1 })],
      [4, batch({ crc: 1 })],
      [4, batch({ recordBytes: RECORD.length + 1 })],
      [5, batch({}, cut)],
      [6, batch({ count: 2 })],
      [7, batch({}, parseHex("0208ff")!)],
    ];
    const last = BigInt(lies.length + 1);
    {
      using peer = await connect(keys);
      await peer.welcome(5n, "liar");
      for (const [index, [, lie]] of lies.entries()) {
        await peer.send(encodeBatch(SCHEMA, BigInt(index + 1), lie));
        await settled(peer, BigInt(index + 1));
      }
      await peer.send(encodeBatch(SCHEMA, last, batch()));
      await settled(peer, last);
    }
    using again = await connect(keys);
    const next = last + 1n;
    assertEquals((await again.welcome(5n, "liar", { oldest: next, next })).settled, last);
    const { stdout } = await stop();
    assertMatch(stdout, new RegExp(`batches=${last} duplicates=0 refused=${lies.length} `));

    const unknown = await membersIn(folder, "liar/Unknown.ncap.gz");
    const known = await membersIn(folder, "liar/Ethernet.ncap.gz");
    const reasons = [...unknown, ...known].map(({ reason }) => reason);
    assertEquals(reasons, [...lies.map(([reason]) => reason), 0]);
    assertEquals([...unknown, ...known].map(({ count }) => count), [...lies.map(() => 0), 1]);
  }),
);

Deno.test(
  "whoever breaks the protocol loses its connection, with nothing of that message taken; nobody else does",
  withCollector([], async ({ collector, connect, stop }) => {
    using good = await connect();
    await good.welcome(1n, "good");
    const empty = new Uint8Array(0);
    const noise = crypto.getRandomValues(new Uint8Array(65_536));
    const wrong: Record<string, ChannelMessage[]> = {
      "more bytes than were granted": [encodeBatch(SCHEMA, 1n, batch({ body: noise }))],
      "batch 2 instead of 1": [encodeBatch(SCHEMA, 2n, batch())],
      "batch 1 instead of 2": [encodeBatch(SCHEMA, 1n, batch()), encodeBatch(SCHEMA, 1n, batch())],
      "a message of type 1": [{ type: MessageType.Hello, body: empty }],
      "a message of type 2": [{ type: MessageType.Welcome, body: empty }],
      "a message of type 5": [encodeStored({ settled: 9n, credit: 9n })],
      "a message of type 200": [{ type: 200, body: empty }],
      "a malformed batch": [{ type: MessageType.Batch, body: new Uint8Array(44) }],
      "a malformed wish": [{ type: MessageType.Want, body: empty }],
      "more credit given back than there was": [encodeRelease(65_537)],
    };
    for (const [number, [what, messages]] of Object.entries(wrong).entries()) {
      using peer = await connect();
      await peer.welcome(1n, `wrong-${number}`);
      await peer.send(...messages);
      assertEquals(await peer.rejection(), Rejection.Violation, what);
      await collector.errorLine(
        new RegExp(`^wrong-${number} has disconnected, .*: it sent ${what}`),
      );
    }
    for (const first of [BYE, encodeBatch(SCHEMA, 1n, batch()), encodeWant({ next: 1, all: 1 })]) {
      using peer = await connect();
      await peer.send(first);
      assertEquals(await peer.rejection(), Rejection.Violation);
    }
    await sendAndSettle(good, 1n);
    const { stdout } = await stop();
    assertMatch(stdout, /^sessions=\d+ .* batches=2 duplicates=0 refused=0 /m);
  }),
);

Deno.test(
  "whatever a sensor calls itself in a session, its files are in one folder below -out",
  withCollector([], async ({ folder, connect }) => {
    const names = ["../../etc", "/etc/cron.d", "", ".", "..", "a/b", "a\0b", "n".repeat(255)];
    for (const name of names) {
      using peer = await connect();
      assertEquals((await peer.welcome(1n, name)).name, name);
      await sendAndSettle(peer, 1n);
    }
    assertEquals((await clientsIn(folder)).length, names.length);
    for (const client of await clientsIn(folder)) {
      assertEquals((await membersIn(folder, `${client}/Ethernet.ncap.gz`)).length, 1, client);
    }
    const beside: string[] = [];
    for await (const { name } of Deno.readDir(folder)) beside.push(name);
    assertEquals(beside, ["records"]);
  }),
);

Deno.test(
  "of a cloned machine another batch under a used number is told, and so are two sessions at once",
  withCollector([], async ({ collector, connect }) => {
    const keys = newKeyPair();
    using machine = await connect(keys);
    await machine.welcome(1n, "twin");
    await sendAndSettle(machine, 1n);
    using restarted = await connect(keys);
    await restarted.welcome(2n, "twin");
    await collector.errorLine(/^Another session of twin is connected too/);
    // A copy of the machine's memory, from before it sent its first batch.
    using clone = await connect(keys);
    await clone.hello(1n, "twin", { next: 1n });
    assertEquals(await clone.rejection(), Rejection.Fork);
  }),
);
