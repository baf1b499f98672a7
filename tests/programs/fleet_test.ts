/** Collectors that act as one, since they share an engine: who may send is the same at all of them. */
import { assertEquals, assertMatch } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import { gunzipSync } from "node:zlib";
import { OperatorActSchema } from "../../proto/gen/netcap_pb.ts";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import { walkRecords } from "../../lib/base/record/delimited.ts";
import { EnrolResult, RotateResult } from "../../lib/seal/access/access_state.ts";
import { parseToken } from "../../lib/seal/access/enrol_token.ts";
import type { KeyPair } from "../../lib/seal/key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import {
  encodeEnrol,
  encodeRotate,
  parseEnrolled,
  parseRotated,
} from "../../lib/transport/session/access_message.ts";
import { MessageType, Rejection } from "../../lib/transport/session/session_message.ts";
import { RawPeer } from "../../tools/raw_peer.ts";
import { NatsServer } from "../nats_server.ts";
import { NATS_SERVER, needs } from "../needs.ts";
import { until } from "../until.ts";
import { messagesOf } from "../write/nats/nats_place.ts";
import {
  inFolder,
  PRIVATE_KEY,
  type Program,
  PUBLIC_KEY,
  runProgram,
  startCollector,
} from "./program.ts";

/** The acts that are records in the stream, with who did them left out. */
async function recordedActs(server: NatsServer): Promise<string[]> {
  const acts: string[] = [];
  for (const { subject, payload } of await messagesOf(server)) {
    // Behind session 0 there are rows of the books.
    if (!/\.%collector\.[1-9]\d*$/.test(subject) || payload.length === 0) continue;
    const records = new Uint8Array(gunzipSync(payload));
    walkRecords(records, (at, end) => {
      const { Act, Name } = fromBinary(OperatorActSchema, records.subarray(at, end));
      acts.push(`${Act} ${Name}`);
    });
  }
  return acts;
}

/** Runs a test with two collectors that share an engine. */
async function withTwo(
  args: readonly string[],
  test: (
    both: readonly [At, At],
    rest: { folder: string; server: NatsServer; stack: AsyncDisposableStack },
  ) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await NatsServer.start());
    const started = await Promise.all(
      ["a", "b"].map((name) =>
        startCollector(`${folder}/${name}`, ["-store", server.url, ...args])
      ),
    );
    const [a, b] = started.map(({ collector, address }) => {
      const port = Number(address.split(":")[1]) + 1;
      const to = { hostname: "127.0.0.1", port };
      const collectorKey = parseHex(PUBLIC_KEY)!;
      const connect = (keys?: KeyPair) => RawPeer.connect({ address: to, collectorKey }, keys);
      return { collector: stack.use(collector), address, connect };
    });
    await test([a!, b!], { folder, server, stack });
  });
}

Deno.test(
  needs("what is done at one collector of an engine about who may send holds at all", NATS_SERVER),
  () =>
    withTwo([], async ([a, b], { folder, server, stack }) => {
      const store = ["-store", server.url];
      const operator = async (...args: string[]) => {
        const { code, stdout, stderr } = await runProgram("collector.ts", [
          ...[...args, ...store, "-privkey", PRIVATE_KEY, "-addr", a.address],
          ...["-out", `${folder}/none`],
        ]);
        assertEquals(code, 0, stderr);
        return stdout;
      };

      const token = parseToken(await operator("-enroll", "gate"))!;
      const wishes = await Promise.all([a, b].map(async ({ connect }) => {
        const peer = stack.use(await connect());
        await peer.send(encodeEnrol(token));
        const { result } = parseEnrolled((await peer.receive(MessageType.Enrolled)).body)!;
        return { result, keys: peer.keys };
      }));
      const results = wishes.map(({ result }) => result).sort();
      assertEquals(results, [EnrolResult.Enrolled, EnrolResult.Used]);
      const isAtA = wishes[0]!.result === EnrolResult.Enrolled;
      const { keys } = wishes[isAtA ? 0 : 1]!;
      const [here, there] = isAtA ? [a, b] : [b, a];
      const session = stack.use(await welcomed(there, keys, 1n));
      await assertRejected(b, wishes[isAtA ? 1 : 0]!.keys);

      const next = newKeyPair();
      using rotating = await here.connect(keys);
      await rotating.send(encodeRotate(next.publicKey));
      const rotated = await rotating.receive(MessageType.Rotated);
      assertEquals(parseRotated(rotated.body), RotateResult.Rotated);
      const renewed = stack.use(await welcomed(here, next, 2n));
      assertEquals(await session.rejection(), Rejection.Revoked, "the old key is over");

      assertEquals(await operator("-revoke", "gate"), "gate may not send any more\n");
      assertEquals(await renewed.rejection(), Rejection.Revoked);
      for (const each of [a, b]) for (const key of [keys, next]) await assertRejected(each, key);
      assertMatch(await operator("-enrolled"), /^gate revoked \S+Z\n$/);

      const acts = ["token gate", "enrolled gate", "rotated gate", "revoked gate"];
      await until("all acts are records", async () => (await recordedActs(server)).length >= 4);
      assertEquals(await recordedActs(server), acts);

      await server.kill();
      const late = stack.use(await a.connect());
      await late.send(encodeEnrol(token));
      const answer = parseEnrolled((await late.receive(MessageType.Enrolled)).body)!;
      assertEquals(answer.result, EnrolResult.Later);
      await a.collector.errorLine(/^Cannot change who may send at nats:\S+: /);
      await assertRejected(b, keys); // as before
      await server.restart();
      for (const { collector } of [a, b]) await collector.line(/^connected to \S+ again$/);
      for (const { collector } of [a, b]) assertEquals((await collector.stop()).code, 0);
      assertEquals(await recordedActs(server), acts);
    }),
);

Deno.test(
  needs("a sensor that has gone to another collector is silent at that one alone", NATS_SERVER),
  () =>
    withTwo(["-silent-after", "1s"], async ([a, b], { server, stack }) => {
      const places = async () =>
        (await messagesOf(server, "FARCAP_STATE"))
          .filter(({ subject }) => subject === "farcap.state.1.place.gate")
          .map(({ headers }) => headers.get("Farcap-Collector"));
      const first = stack.use(await a.connect());
      await first.welcome(1n, "gate");
      await until("it is said to be at the first", async () => (await places()).length === 1);
      const [atFirst] = await places();
      const second = stack.use(await b.connect());
      await second.welcome(2n, "gate");
      await until("it is said to be at the second", async () => (await places())[0] !== atFirst);
      for (const { stream } of [first, second]) stream[Symbol.dispose]();
      await b.collector.errorLine(
        /^gate is silent: nothing of it came since 20.*Z, and it did not/,
      );
      // The first asks for it once a second: this one it has named.
      using third = await a.connect();
      await third.welcome(3n, "mill");
      third.stream[Symbol.dispose]();
      await a.collector.errorLine(/^mill is silent: /);
      const ended = await Promise.all([a, b].map(({ collector }) => collector.stop()));
      assertEquals(ended.map(({ stderr }) => /^gate is silent/m.test(stderr)), [false, true]);
    }),
);

interface At {
  readonly collector: Program;
  readonly address: string;
  connect(keys?: KeyPair): Promise<RawPeer>;
}

/** A session of a key as "gate", as soon as the collector has heard of that. */
async function welcomed({ connect }: At, keys: KeyPair, number: bigint): Promise<RawPeer> {
  let session: RawPeer | undefined;
  await until("its key is known", async () => {
    const peer = await connect(keys);
    const name = await peer.welcome(number, "").then(({ name }) => name, () => undefined);
    if (name === "gate") session = peer;
    else peer[Symbol.dispose]();
    return session !== undefined;
  });
  return session!;
}

/** A collector hears of it in a moment. */
async function assertRejected({ connect }: At, keys: KeyPair): Promise<void> {
  await until("its key is not known", async () => {
    using peer = await connect(keys);
    await peer.hello(2n, "gate");
    return await peer.rejection() === Rejection.UnknownKey;
  });
}
