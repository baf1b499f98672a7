/** What is said of an engine where what is acknowledged would not be kept, or nothing could be stored. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  streamProblem,
  type StreamSettings,
  streamWarning,
} from "../../../lib/write/nats/check_stream.ts";
import { parseEngineUrl } from "../../../lib/write/nats/engine_access.ts";
import { listSensors, makeToken } from "../../../lib/run_access_io.ts";
import { revokeName } from "../../../lib/seal/access/access_state.ts";
import { EnginePlace } from "../../../lib/write/nats/engine_place_io.ts";
import { NatsEngine } from "../../../lib/write/nats/nats_engine_io.ts";
import { EngineError } from "../../../lib/write/nats/engine_error.ts";
import { DENO_FILES } from "../../../lib/write/files/deno_files_io.ts";
import { openFleet } from "../../../lib/write/nats/open_fleet_io.ts";
import { openStream } from "../../../lib/write/nats/open_stream_io.ts";
import { SensorPlaces } from "../../../lib/write/nats/sensor_places_io.ts";
import { Said } from "../../said.ts";
import { NatsServer } from "../../nats_server.ts";
import { NATS_SERVER, needs } from "../../needs.ts";
import { sessionBatch } from "../files/session_sensor.ts";
import { inFolder } from "../files/in_folder.ts";
import { runStreamFiles } from "../../../lib/write/nats/stream_files_io.ts";
import { until } from "../../until.ts";
import { asking, openStoreAt } from "./nats_place.ts";

/** The one line of what a store says that cannot be opened. */
async function refusal(
  server: NatsServer,
  who?: { readonly user: string; readonly password: string },
): Promise<string> {
  const error = await openStoreAt(server, undefined, who).then(
    (store) => store[Symbol.asyncDispose]().then(() => new Error("it was opened")),
    (error: Error) => error,
  );
  assertEquals(error.name, "EngineError", error.message);
  assertEquals(error.message.split("\n").length, 1);
  return error.message.replace(server.url, "URL");
}

Deno.test(
  needs("wrong streams are refused in one line, and stay as they are", NATS_SERVER),
  async () => {
    const right = {
      name: "FARCAP",
      subjects: ["farcap.1.>"],
      storage: "file",
      retention: "limits",
    };
    for (
      const [wrong, line] of [
        [{ subjects: ["farcap.2.>"] }, "its subjects are farcap.2.>; wanted: farcap.1.>"],
        [{ storage: "memory" }, "its storage is memory; wanted: file"],
        [{ retention: "workqueue" }, "its retention is workqueue; wanted: limits"],
        [
          { max_msgs_per_subject: 1 },
          "it keeps 1 messages of a subject; wanted: max_msgs_per_subject: -1",
        ],
        [{ no_ack: true }, "it acknowledges nothing; wanted: no_ack: false"],
      ] as const
    ) {
      await using server = await NatsServer.start();
      const made = await asking(
        server,
        (ask) => ask("STREAM.CREATE.FARCAP", { ...right, ...wrong }),
      );
      assertEquals(made.error, undefined);
      assertEquals(await refusal(server), `Cannot use the stream FARCAP of URL: ${line}`);
    }
  },
);

const ACCOUNTS = (permissions: string) => `
accounts { A { jetstream: enabled, users: [
  { user: collector, password: secret, permissions: { ${permissions} } },
  { user: all, password: secret },
] } }
`;

Deno.test(needs("who may not store is told what he lacks", NATS_SERVER), async () => {
  await using server = await NatsServer.start({
    config: ACCOUNTS(`publish: { allow: ["$JS.API.>", "farcap.state.1.>"] }`),
  });
  assertMatch(
    await refusal(server, { user: "collector", password: "wrong" }),
    /Cannot connect to URL: .*uthorization/,
  );
  assertMatch(
    await refusal(server, { user: "collector", password: "secret" }),
    /^Cannot store at URL: this user may not publish farcap\.1\.\d\d\.probe\.0$/,
  );
});

Deno.test(needs("who may not change or hear who may send is told so", NATS_SERVER), async () => {
  const who = { user: "collector", password: "secret" };
  const log = new Said();
  await using server = await NatsServer.start({
    config: ACCOUNTS(`subscribe: { allow: ["_INBOX.>"] }`),
  });
  {
    const url = server.url;
    const missing = await assertRejects(
      () => listSensors({ out: "none", engine: { url, ...who } }),
      EngineError,
    );
    assertMatch(
      missing.message,
      /^Cannot read who may send at \S+: there is no stream FARCAP_STATE$/,
    );
    await using engine = await NatsEngine.connect({ url, ...who }, log);
    await openStream(engine, "FARCAP_STATE", "last", {});
    (await EnginePlace.open(engine, log)).hear(() => {});
    await until("it is said", () => log.problems.length > 0);
  }
  assertMatch(
    log.problems[0]![1],
    /^Cannot hear at \S+ what others change: this user may not subscribe to farcap\.state\.1\.sensors; /,
  );
  await server.kill();
  server.config = ACCOUNTS(`publish: { deny: ["farcap.state.1.sensors"] }`);
  await server.restart();
  const place = { out: "none", engine: { url: server.url, ...who } };
  assertEquals(await listSensors(place), []);
  const token = {
    ...{ entry: { name: "gate", mayUseBox: false }, collectorKey: new Uint8Array(32) },
    ...{ address: "127.0.0.1:1335", validMs: 60_000 },
  };
  const { message } = await assertRejects(() => makeToken(place, token), EngineError);
  assertMatch(
    message,
    /^Cannot change who may send at \S+: this user may not publish farcap\.state\.1\.sensors$/,
  );
  await inFolder(async (path) => {
    const opening = openFleet(
      place.engine,
      { layer: DENO_FILES, path },
      log,
      new AbortController().signal,
    );
    const { message } = await assertRejects(() => opening, EngineError);
    assertMatch(
      message,
      /^Cannot store at \S+: this user may not publish farcap\.state\.1\.sensors$/,
    );
  });
});

Deno.test(needs("who may not ask for streams is told so", NATS_SERVER), async () => {
  await using server = await NatsServer.start({
    config: ACCOUNTS(`publish: { allow: ["farcap.>"] }`),
  });
  assertMatch(
    await refusal(server, { user: "collector", password: "secret" }),
    /^Cannot use the stream FARCAP of URL: this user may not publish \$JS\.API\.STREAM\.INFO\.FARCAP$/,
  );
});

Deno.test(needs("the permissions in docs/protocol.md are enough", NATS_SERVER), async () => {
  const docs = await Deno.readTextFile(new URL("../../../docs/protocol.md", import.meta.url));
  const [forStore, forFiles, forCommands] = [
    ...docs.matchAll(/```\npermissions: \{([\s\S]+?)\n\}\n```/g),
  ]
    .map(([, permissions]) => permissions!);
  const who = { user: "collector", password: "secret" };
  await using server = await NatsServer.start({ config: ACCOUNTS(forStore!) });
  for (const settled of [0n, 1n]) {
    await using store = await openStoreAt(server, undefined, who);
    const session = await store.openSession("alice", 1n, () => {});
    assertEquals(session.settled, settled);
    session.append(sessionBatch(settled + 1n, `alice/1/${settled + 1n}`));
    await session.drained();
  }
  const log = new Said();
  {
    await using engine = await NatsEngine.connect({ url: server.url, ...who }, log);
    const place = await EnginePlace.open(engine, log);
    let heard = 0;
    place.hear(() => heard++);
    await place.access.change((state) => ({ state: revokeName(state, "mill", 1_000) }));
    await until("it is heard", () => heard > 0);
    const places = new SensorPlaces(engine, "0a".repeat(16), log);
    places.came("alice", () => true);
    const elsewhere = new SensorPlaces(engine, "0b".repeat(16), log);
    await until(
      "others know where it is",
      async () => await elsewhere.isElsewhere("alice") === true,
    );
    assertEquals(await places.isElsewhere("alice"), false);
    assertEquals(log.problems, []);
  }
  await server.kill();
  server.config = ACCOUNTS(forFiles!);
  await server.restart();
  await inFolder(async (out) => {
    const stop = new AbortController();
    const { session } = await runStreamFiles({
      ...{ engine: { url: server.url, ...who }, partitions: [7], out },
      onReadable: (read) =>
        void until("it is read", () => read().stream!.messages === 2).then(() => stop.abort()),
    }, stop.signal);
    assertEquals(session.batches, 2);
  });
  await server.kill();
  server.config = ACCOUNTS(forCommands!);
  await server.restart();
  const engine = { url: server.url, ...who };
  await makeToken({ out: "none", engine }, {
    ...{ entry: { name: "gate", mayUseBox: false }, collectorKey: new Uint8Array(32) },
    ...{ address: "127.0.0.1:1335", validMs: 60_000 },
  });
  const listed = await listSensors({ out: "none", engine });
  assertMatch(listed.join("\n"), /^mill revoked \S+\ngate awaited until \S+$/);
});

Deno.test("replicas are refused where they acknowledge what they should refuse", () => {
  const stream: StreamSettings = {
    ...{ name: "FARCAP", subjects: ["farcap.1.>"], storage: "file", retention: "limits" },
    num_replicas: 3,
  };
  const need = { subjects: "farcap.1.>", keeps: "all" } as const;
  assertMatch(
    streamProblem(stream, need, "2.9.10")!,
    /3 replicas and the server is 2\.9\.10.*wanted: 2\.10 or newer/,
  );
  for (const version of ["2.10.0", "2.11.4", "3.0.0"]) {
    assertEquals(streamProblem(stream, need, version), undefined);
    assertEquals(streamWarning(stream, version), undefined);
  }
  const single = { ...stream, num_replicas: 1 };
  assertEquals(streamProblem(single, need, "2.9.10"), undefined);
  assertMatch(
    streamWarning(single, "2.9.10")!,
    /no power cut; wanted: 2\.10 or newer with sync_interval: always/,
  );
  assertMatch(streamWarning(single, "2.10.22")!, /sync_interval: always, which cannot be asked/);
});

Deno.test("what has to stay is in no stream that forgets when it is full", () => {
  const stream: StreamSettings = {
    ...{ name: "FARCAP_STATE", subjects: ["farcap.state.1.>"], storage: "file" },
    ...{ retention: "limits", num_replicas: 1 },
  };
  const need = { subjects: "farcap.state.1.>", keeps: "last" } as const;
  const batches = { ...need, keeps: "all" } as const;
  for (const limit of [{ max_msgs: 1000 }, { max_bytes: 1_000_000 }]) {
    assertMatch(
      streamProblem({ ...stream, ...limit, discard: "old" }, need, "2.9.10")!,
      /^full, it forgets what is oldest; wanted: discard: new, or neither/,
    );
    assertEquals(streamProblem({ ...stream, ...limit, discard: "new" }, need, "2.9.10"), undefined);
    assertEquals(
      streamProblem({ ...stream, ...limit, discard: "old" }, batches, "2.9.10"),
      undefined,
    );
  }
  assertEquals(streamProblem({ ...stream, discard: "old" }, need, "2.9.10"), undefined);
});

Deno.test("addresses of engines", () => {
  assertEquals(parseEngineUrl("nats://a:1,b,nats://[::1]:2")?.servers, [
    "a:1",
    "b:4222",
    "[::1]:2",
  ]);
  assertEquals(parseEngineUrl("tls://a")?.isTls, true);
  for (
    const wrong of [
      "files",
      "nats://",
      "nats://user:secret@a:1",
      "nats://a:99999",
      "http://a",
      "nats://a,,b",
    ]
  ) {
    assertEquals(parseEngineUrl(wrong), undefined, wrong);
  }
});
