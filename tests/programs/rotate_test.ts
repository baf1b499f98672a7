/** Keys that are changed while both programs run. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { keyPairOf } from "../../lib/seal/key.ts";
import { encodeRotate, parseRotated } from "../../lib/transport/session/access_message.ts";
import { MessageType, Rejection } from "../../lib/transport/session/session_message.ts";
import { RotateResult } from "../../lib/seal/access/access_state.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { RawPeer } from "../../tools/raw_peer.ts";
import { until } from "../until.ts";
import { inFolder, Program, PUBLIC_KEY, runProgram, startCollector } from "./program.ts";

const CAPTURE = "tests/captures/arp.pcap";

async function publicKeyIn(path: string): Promise<string> {
  return encodeHex(keyPairOf(parseHex(await Deno.readTextFile(path))!).publicKey);
}

Deno.test("a sensor's key is changed while it sends: it goes on under its name, nothing is lost, the old key is over", () =>
  inFolder(async (folder) => {
    const identity = await runProgram("sensor.ts", [
      "-gen-identity",
      "-out",
      folder,
      "-client",
      "gate",
    ]);
    const sensors = `${folder}/sensors`;
    await Deno.writeTextFile(sensors, identity.stdout);
    const { collector, address } = await startCollector(folder, ["-sensors", sensors]);
    await using _ = collector;
    const [watched, key] = [`${folder}/watched`, `${folder}/gate.key`];
    await Deno.mkdir(watched);
    const place = ["-addr", address, "-pubkey", PUBLIC_KEY, "-privkey", key];
    const before = await publicKeyIn(key);
    const old = await Deno.readTextFile(key);
    await using sensor = new Program("sensor.ts", [...place, "-watch", watched]);
    await Deno.copyFile(CAPTURE, `${watched}/1.pcap`);
    await collector.line(/^new file gate\/ARP\.ncap\.gz$/);

    const rotated = await runProgram("sensor.ts", ["-rotate-identity", ...place]);
    assertEquals([rotated.code, rotated.stderr], [0, ""]);
    const after = await publicKeyIn(key);
    assert(before !== after);
    assertMatch(rotated.stdout, new RegExp(`the public one of which is ${after}\n$`));
    assertEquals((await Deno.stat(key)).mode! & 0o777, 0o600);
    assertEquals(await Deno.readTextFile(`${folder}/gate.pub`), after);
    await collector.line(/^gate is connected/, 2); // with the new key, since its file has changed
    await Deno.copyFile("tests/captures/dns.pcap", `${watched}/2.pcap`);
    await collector.line(/^new file gate\/DNS\.ncap\.gz$/);

    await Deno.writeTextFile(`${folder}/old.key`, old);
    const stranger = await runProgram("sensor.ts", [
      ...place.slice(0, 4),
      ...["-privkey", `${folder}/old.key`, "-read", CAPTURE, "-fail-fast"],
    ]);
    assertEquals(stranger.code, 1);
    assertMatch(stranger.stderr, /the key of this sensor is not one that may send/);
    const ended = await sensor.stop();
    assertMatch(ended.stdout, /^nothing was lost: all \d+ records are stored$/m);
    assertEquals((await collector.stop()).code, 0);
  }));

Deno.test("a key is changed by its owner only; a connection that asks can do nothing else", () =>
  inFolder(async (folder) => {
    const [gate, mill, next] = [newKeyPair(), newKeyPair(), newKeyPair()];
    const sensors = `${folder}/sensors`;
    const line = ({ publicKey }: typeof gate, name: string) => `${encodeHex(publicKey)} ${name}\n`;
    await Deno.writeTextFile(sensors, line(gate, "gate") + line(mill, "mill"));
    const { collector, address } = await startCollector(folder, ["-sensors", sensors]);
    await using _ = collector;
    const port = Number(address.split(":")[1]) + 1;
    const to = { address: { hostname: "127.0.0.1", port }, collectorKey: parseHex(PUBLIC_KEY)! };
    const ask = async (keys: typeof gate, key: Uint8Array) => {
      using peer = await RawPeer.connect(to, keys);
      await peer.send(encodeRotate(key));
      const answer = await peer.next(MessageType.Rotated);
      return answer && parseRotated(answer.body);
    };
    assertEquals(await ask(newKeyPair(), next.publicKey), undefined);
    assertEquals(await ask(gate, mill.publicKey), RotateResult.KnownKey);
    assertEquals(await ask(gate, next.publicKey), RotateResult.Rotated);
    assertEquals(await ask(mill, next.publicKey), RotateResult.KnownKey);
    for (const keys of [gate, next]) {
      using peer = await RawPeer.connect(to, keys);
      assertEquals((await peer.welcome(1n, "")).name, "gate");
      await peer.send(encodeRotate(newKeyPair().publicKey));
      assertEquals(await peer.rejection(), Rejection.Violation);
    }
    await until("the old key is over", async () => {
      using late = await RawPeer.connect(to, gate);
      await late.hello(1n, "");
      return await late.rejection() === Rejection.UnknownKey;
    });
    assertEquals((await collector.stop()).code, 0);
  }));

Deno.test("the collector's key is changed while both run: sensors go on, learn the new one, and the old one is over", () =>
  inFolder(async (folder) => {
    await runProgram("collector.ts", ["-gen-keypair", "-out", folder]);
    const [priv, pub, learned, fixed] = ["priv.key", "pub.key", "learned.pub", "fixed.pub"].map((
      name,
    ) => `${folder}/${name}`) as [string, string, string, string];
    for (const path of [learned, fixed]) await Deno.copyFile(pub, path);
    const old = await Deno.readTextFile(pub);
    await using collector = new Program("collector.ts", [
      ...["-privkey", priv, "-addr", "127.0.0.1:0", "-out", `${folder}/records`],
    ]);
    const [, address] = await collector.line(/^listening on (\S+)$/);
    const start = async (client: string, pubkey: string, ...args: string[]) => {
      const watched = `${folder}/${client}`;
      await Deno.mkdir(watched);
      const place = ["-addr", address!, "-pubkey", pubkey, "-client", client];
      return new Program("sensor.ts", [...place, "-watch", watched, ...args]);
    };
    await using writes = await start("writes", learned, "-renew-pubkey");
    await using says = await start("says", fixed);
    for (const client of ["writes", "says"]) await collector.line(new RegExp(`^${client} is conn`));

    const rotate = ["-rotate-key", "-privkey", priv, "-key-overlap", "20s"];
    const rotated = await runProgram("collector.ts", rotate);
    assertEquals([rotated.code, rotated.stderr], [0, ""]);
    const next = await Deno.readTextFile(pub);
    assert(next !== old);
    await collector.line(new RegExp(`^public key ${next}, and 1 before it$`));
    await until("it is written down", async () => await Deno.readTextFile(learned) === next);
    await says.errorLine(
      new RegExp(`^The collector has another key: -pubkey has to have ${next} `),
    );
    assertEquals(await Deno.readTextFile(fixed), old);
    assertEquals((await Deno.stat(`${priv}.retired`)).mode! & 0o777, 0o600);
    // A box for the old key is taken as long as the key is.
    const boxes = await runProgram("sensor.ts", [
      ...[
        "-addr",
        address!,
        "-pubkey",
        old,
        "-client",
        "box",
        "-transport",
        "box",
        "-read",
        CAPTURE,
      ],
    ]);
    assertEquals(boxes.code, 0);
    await collector.line(/^new file box\/ARP\.ncap\.gz$/);

    await collector.line(new RegExp(`^public key ${next}, and 0 before it$`));
    for (const client of ["writes", "says"]) { // under the new key, which both know
      await collector.line(new RegExp(`^${client} is connected`), 2);
      await Deno.copyFile("tests/captures/dns.pcap", `${folder}/${client}/2.pcap`);
      await collector.line(new RegExp(`^new file ${client}/DNS\\.ncap\\.gz$`));
    }
    const stranger = await runProgram("sensor.ts", [
      ...["-addr", address!, "-pubkey", fixed, "-read", CAPTURE, "-fail-fast"],
    ]);
    assertEquals(stranger.code, 1);
    assertMatch(stranger.stderr, /it ended the handshake: -pubkey is not its public key/);
    for (const sensor of [writes, says]) {
      assertMatch((await sensor.stop()).stdout, /^nothing was lost: all \d+ records are stored$/m);
    }
    const again = await runProgram("sensor.ts", [
      ...["-addr", address!, "-pubkey", learned, "-read", CAPTURE, "-fail-fast"],
    ]);
    assertEquals(again.code, 0, again.stderr);
    assertEquals((await collector.stop()).code, 0);
  }));
