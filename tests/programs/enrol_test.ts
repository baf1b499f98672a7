/** Enrolment as operators do it, and what strangers can do with it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { concat, parseHex } from "../../lib/base/bytes/bytes.ts";
import { EnrolResult } from "../../lib/seal/access/access_state.ts";
import { parseToken } from "../../lib/seal/access/enrol_token.ts";
import { encodeEnrol, parseEnrolled } from "../../lib/transport/session/access_message.ts";
import { MessageType, Rejection } from "../../lib/transport/session/session_message.ts";
import { until } from "../until.ts";
import { dialRaw, type RawPeer } from "../../tools/raw_peer.ts";
import { inFolder, PRIVATE_KEY, PUBLIC_KEY, runProgram } from "./program.ts";
import { type Running, withCollector } from "./running_collector.ts";

interface Operated extends Running {
  readonly address: string;
  /** Runs a command of the operator; gives what it prints. */
  operator(...args: string[]): Promise<string>;
}

const withOperator = (test: (operated: Operated) => Promise<void>) =>
  withCollector([], (running) => {
    const address = `127.0.0.1:${running.port}`;
    const operator = async (...args: string[]) => {
      const out = ["-out", `${running.folder}/records`, "-privkey", PRIVATE_KEY, "-addr", address];
      const { code, stdout, stderr } = await runProgram("collector.ts", [...args, ...out]);
      assertEquals(code, 0, stderr);
      return stdout;
    };
    return test({ ...running, address, operator });
  });

async function enrol(peer: RawPeer, wish: { id: Uint8Array; secret: Uint8Array }) {
  await peer.send(encodeEnrol(wish));
  return parseEnrolled((await peer.receive(MessageType.Enrolled)).body)!;
}

Deno.test("what is said of a token is a command that may write keys", () =>
  inFolder(async (folder) => {
    const made = ["-out", folder, "-privkey", PRIVATE_KEY, "-addr", "127.0.0.1:4200"];
    const { stderr } = await runProgram("collector.ts", ["-enroll", "plant-7", ...made]);
    const [, task] = /: deno task (\S+) TOKEN$/m.exec(stderr) ?? [];
    assert(task !== undefined, stderr);
    const { tasks } = JSON.parse(
      await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
    );
    assertMatch(tasks[task], / --allow-write .*sensor\.ts -enroll$/);
  }));

Deno.test(
  "a token makes a sensor of a machine, once; it sends at once, and is out when it is revoked",
  withOperator(async ({ folder, collector, address, operator }) => {
    const token = (await operator("-enroll", "plant-7 max-rate=10M", "-expires", "30m")).trim();
    await collector.line(/so far every key might send: from now on only who is enrolled$/);
    assertMatch(await operator("-enrolled"), /^plant-7 awaited until \S+Z\n$/);
    const keys = `${folder}/keys`;
    const sensor = (...args: string[]) => runProgram("sensor.ts", args);
    const enrolled = await sensor("-enroll", token, "-out", keys);
    assertEquals([enrolled.code, enrolled.stderr], [0, ""]);
    const [, start] = enrolled.stdout.trim().split("\n");
    assert(start!.startsWith("deno task sensor "), start);
    const words = start!.split(" ").slice(3);
    assertEquals(words, [
      ...["-addr", address, "-pubkey", `${keys}/collector.pub`, "-privkey", `${keys}/sensor.key`],
    ]);
    for (const name of ["sensor.key", "sensor.pub", "collector.pub"]) {
      assertEquals((await Deno.stat(`${keys}/${name}`)).mode! & 0o777, 0o600, name);
    }
    assertEquals(await Deno.readTextFile(`${keys}/collector.pub`), PUBLIC_KEY);
    assertMatch(
      await operator("-enrolled"),
      /^plant-7 enrolled \S+, has not come yet, key \w{8}\n$/,
    );

    const before = await Deno.readTextFile(`${keys}/sensor.key`);
    const again = await sensor("-enroll", token, "-out", keys);
    assertEquals([again.code, await Deno.readTextFile(`${keys}/sensor.key`)], [1, before]);
    const other = await sensor("-enroll", token, "-out", `${folder}/other`);
    assertEquals(other.code, 1);
    assertMatch(other.stderr, /^Not enrolled at \S+: another sensor has used the token\n$/);
    assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/other`)), []);
    assertEquals((await sensor("-enroll", token.slice(1))).code, 2);

    const capture = ["-read", "tests/captures/arp.pcap", "-client", "mill"];
    const sent = await sensor(...words, ...capture);
    assertEquals([sent.code, sent.stderr], [0, ""]);
    assertMatch(sent.stdout, /^nothing was lost: all 25 records are stored$/m);
    await collector.line(/^new file plant-7\/ARP\.ncap\.gz$/);
    assertMatch(await operator("-enrolled"), /^plant-7 enrolled \S+, came \S+, key \w{8}\n$/);

    const stranger = await sensor(...words.slice(0, 4), ...capture, "-fail-fast");
    assertMatch(stranger.stderr, /the key of this sensor is not one that may send/);

    assertEquals(await operator("-revoke", "plant-7"), "plant-7 may not send any more\n");
    const tryAgain = () => sensor(...words, ...capture, "-fail-fast", "-linger", "5s");
    let gone = await tryAgain();
    // The collector looks every 2 s.
    for (let tries = 1; gone.code === 0 && tries < 10; tries++) gone = await tryAgain();
    assertMatch(gone.stderr, /is not one that may send/);
    await collector.errorLine(/^Refused a connection of plant-7 from \S+: it was revoked$/);
    assertMatch(await operator("-enrolled"), /^plant-7 revoked \S+Z\n$/);
  }),
);

Deno.test(
  "a session ends when its name is revoked, whether it was enrolled or stands in -sensors",
  withOperator(async ({ folder, operator, connect }) => {
    const token = parseToken(await operator("-enroll", "mill"))!;
    using peer = await connect();
    assertEquals(await enrol(peer, token), {
      result: EnrolResult.Enrolled,
      collectorKey: parseHex(PUBLIC_KEY)!,
      name: "mill",
    });
    using session = await connect(peer.keys);
    assertEquals((await session.welcome(1n, "")).name, "mill");
    const wrong = await runProgram("collector.ts", [
      ...["-revoke", "mll", "-out", `${folder}/records`],
    ]);
    assertEquals(wrong.code, 1);
    assertMatch(
      wrong.stderr,
      /^Cannot revoke mll: it is not in -sensors, and enrolled in .* mill\n$/,
    );
    await operator("-revoke", "mill");
    assertEquals(await session.rejection(), Rejection.Revoked);
    using back = await connect(peer.keys);
    await back.hello(2n, "mill");
    assertEquals(await back.rejection(), Rejection.UnknownKey);
  }),
);

Deno.test(
  "a key that nobody knows may ask to enrol, and nothing else; a wrong or used token tells it nothing more",
  withOperator(async ({ operator, collector, connect }) => {
    const token = parseToken(await operator("-enroll", "gate"))!;
    await until("there is a list", async () => { // the collector looks every 2 s
      using nobody = await connect();
      await nobody.hello(1n, "gate");
      return await nobody.rejection() === Rejection.UnknownKey;
    });

    const guesses = [{ ...token, secret: new Uint8Array(32) }, {
      ...token,
      id: new Uint8Array(16),
    }];
    for (const guess of guesses) {
      using guesser = await connect();
      const { result, name } = await enrol(guesser, guess);
      assertEquals([result, name], [EnrolResult.NoToken, ""]);
      assertEquals(await guesser.next(MessageType.Enrolled), undefined, "it is over");
    }
    const misplaced = { type: MessageType.Enrol, body: new Uint8Array(49) };
    for (const messages of [[misplaced], [encodeEnrol({ ...token, secret: new Uint8Array(9) })]]) {
      using peer = await connect();
      await peer.send(...messages);
      assertEquals(await peer.rejection(), Rejection.Violation);
    }

    using peer = await connect();
    assertEquals((await enrol(peer, token)).result, EnrolResult.Enrolled);
    const recorded = peer.written;
    using same = await connect(peer.keys);
    assertEquals((await enrol(same, token)).result, EnrolResult.Enrolled, "the same again");
    using late = await connect();
    assertEquals((await enrol(late, token)).result, EnrolResult.Used);

    // Whoever has recorded the connection can do nothing with it.
    const port = Number((await collector.line(/^sessions on \S+:(\d+)$/))[1]);
    const { stream, dialer } = await dialRaw({ address: { hostname: "127.0.0.1", port } });
    using _dialer = dialer;
    using _stream = stream;
    await stream.write(recorded);
    const answers: Uint8Array[] = [];
    for (;;) {
      const bytes = await stream.read().catch(() => undefined);
      if (!bytes) break;
      answers.push(bytes);
    }
    assert(concat(answers).length <= 50, "no more than message 2");
    assertEquals(collector.said.match(/^enrolled gate/gm)?.length, 1);

    using known = await connect(peer.keys);
    assertEquals((await known.welcome(1n, "")).name, "gate");
    await known.send(encodeEnrol(token));
    assertEquals(await known.rejection(), Rejection.Violation);
  }),
);
