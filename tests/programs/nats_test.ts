/** Collectors that share an engine, as programs. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import { Rejection, SCHEMA } from "../../lib/transport/session/session_message.ts";
import { RawPeer } from "../../tools/raw_peer.ts";
import { NatsServer } from "../nats_server.ts";
import { NATS_SERVER, needs } from "../needs.ts";
import { messagesOf } from "../write/nats/nats_place.ts";
import { inFolder, PUBLIC_KEY, runProgram, startCollector } from "./program.ts";
import { batch, ETHERNET, sendAndSettle } from "./running_collector.ts";

/** What the sensor's session needs: no files but the collector's own, and no environment. */
const PERMISSIONS = ["--allow-net=127.0.0.1", "--allow-read", "--allow-write", "--allow-sys=uid"];

Deno.test(
  needs("a session goes on at another collector of the same engine, and not at two", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start();
      const start = (name: string) =>
        startCollector(`${folder}/${name}`, ["-store", server.url], { permissions: PERMISSIONS });
      for (const name of ["a", "b"]) await Deno.mkdir(`${folder}/${name}`);
      const { collector: first, address: firstAddress } = await start("a");
      await using _first = first;
      const { collector: second, address: secondAddress } = await start("b");
      await using _second = second;
      const connect = (address: string) =>
        RawPeer.connect({
          address: { hostname: "127.0.0.1", port: Number(address.split(":")[1]) + 1 },
          collectorKey: parseHex(PUBLIC_KEY)!,
        });

      using early = await connect(firstAddress);
      const { values } = await early.welcome(7n, "alice");
      for (const n of [1n, 2n]) await sendAndSettle(early, n);
      using late = await connect(secondAddress);
      const welcome = await late.welcome(7n, "alice", { next: 3n });
      assertEquals([welcome.settled, welcome.values?.storeId], [2n, values!.storeId]);
      await sendAndSettle(late, 3n);
      await early.send(encodeBatch(SCHEMA, 3n, batch()));
      assertEquals(await early.rejection(), Rejection.Fenced);
      await sendAndSettle(late, 4n);

      assertEquals([(await first.stop()).code, (await second.stop()).code], [0, 0]);
      const sequences = (await messagesOf(server))
        .filter(({ subject }) => subject.endsWith(".alice.7"))
        .map(({ headers }) => [headers.get("Farcap-Sequence"), headers.get("Farcap-Members")]);
      assertEquals(sequences.map(([sequence]) => sequence), ["1-1", "2-2", "3-3", "4-4"]);
      assert(sequences.every(([, members]) => members!.endsWith(`:${ETHERNET}=1`)), `${sequences}`);
      for await (const { name } of Deno.readDir(`${folder}/a/records`)) {
        assertMatch(name, /^\./, "no record file");
      }
      const exported = await runProgram("collector.ts", [
        ...["-export", "ndjson", server.url, "-type", "Ethernet", "-out", "-"],
      ], { permissions: ["--allow-net=127.0.0.1", "--allow-read"] });
      assertEquals(exported.code, 0, exported.stderr);
      assertEquals(exported.stdout.trim().split("\n").length, 4);
      const printing = (...args: string[]) =>
        runProgram("collector.ts", args, {
          permissions: ["--allow-net=127.0.0.1", "--allow-read"],
        });
      const dumped = await printing("-dump", server.url, "-type", "Ethernet", "-json");
      assertEquals([dumped.code, dumped.stderr], [0, ""]);
      assertEquals(dumped.stdout.trim().split("\n").length, 4);
      const counted = await printing("-dump", server.url, "-count", "-by", "client,type");
      assertMatch(counted.stdout, /^\s*4\s+alice\s+Ethernet$/m);
      const devices = await printing("-devices", server.url, "-json");
      assertEquals([devices.code, devices.stderr], [0, ""]);
      assertMatch(devices.stdout, /"client":"alice"/);
      const both = await printing("-dump", server.url, "records");
      assertEquals(both.code, 2);
      assertMatch(both.stderr, /^Cannot read nats:\S+ and something else at a time/);
    }),
);

Deno.test(
  needs("what is wrong with an engine is one line", NATS_SERVER),
  () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start({ config: "authorization: { token: s3cret }" });
      await Deno.writeTextFile(`${folder}/token`, "wr0ng\n");
      const run = (...args: string[]) =>
        runProgram("collector.ts", [
          ...["-privkey", PUBLIC_KEY, "-addr", "127.0.0.1:0", "-out", `${folder}/records`],
          ...["-store", server.url, ...args],
        ]);
      const { code, stderr } = await run("-nats-token", `${folder}/token`);
      assertEquals(code, 1);
      assertMatch(
        stderr,
        /^Cannot connect to nats:\S+: [^\n]*uthorization[^\n]*; wanted: [^\n]+\n$/,
      );
      const missing = await run("-nats-token", `${folder}/none`);
      assertMatch(
        missing.stderr,
        /^Cannot read \S+none, which says who connects to NATS: [^\n]+\n$/,
      );
      const wrong = await run("-store", "nats://");
      assertEquals(wrong.code, 2);
      assertMatch(wrong.stderr, /^Wrong value "nats:\/\/" of -store: wanted files, nats:/);
    }),
);
