/**
 * A sensor that has several collectors, one of which is killed. It takes 15 s: so long it is until a
 * killed one is noticed, and another tried.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { NatsServer } from "../nats_server.ts";
import { NATS_SERVER, needs } from "../needs.ts";
import { until } from "../until.ts";
import { messagesOf } from "../write/nats/nats_place.ts";
import { copy } from "../write/nats/record_files.ts";
import { inFolder, Program, PUBLIC_KEY, startCollector } from "./program.ts";
import { storedRecords } from "./stored_records.ts";

const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;

Deno.test(
  needs(
    "a sensor whose collector is killed goes on at another, and all is there once",
    NATS_SERVER,
  ),
  () =>
    inFolder(async (folder) => {
      await using server = await NatsServer.start();
      const collectors = new Map<string, Program>();
      await using stack = new AsyncDisposableStack();
      for (const name of ["a", "b"]) {
        await Deno.mkdir(`${folder}/${name}`);
        const { collector, address } = await startCollector(`${folder}/${name}`, [
          "-store",
          server.url,
        ]);
        collectors.set(address, stack.use(collector));
      }
      const bytes = await Deno.readFile(CAPTURE);
      await using sensor = new Program("sensor.ts", [
        ...["-pubkey", PUBLIC_KEY, "-addr", [...collectors.keys()].join(","), "-client", "xyz"],
        ...["-read", "-", "-flush-interval", "100ms", "-linger", "60s"],
      ], { stdin: "piped" });
      const writer = sensor.stdin.getWriter();
      await writer.write(bytes.subarray(0, bytes.length / 2));
      const [, address] = await sensor.line(/^connected to \S+?:(\d+) as xyz/);
      const first = `127.0.0.1:${Number(address) - 1}`;
      await until("something is stored", async () =>
        (await messagesOf(server)).some(({ subject }) => subject.includes(".xyz.")));
      collectors.get(first)!.kill("SIGKILL");
      await writer.write(bytes.subarray(bytes.length / 2));
      await writer.close();
      const { code, stdout } = await sensor.end();
      assertEquals(code, 0);
      assertMatch(stdout, /^nothing was lost: all \d+ records are stored$/m);
      assertEquals(stdout.match(/^connected to /gm)?.length, 2);
      const made = [...stdout.matchAll(/^(\w+): made=(\d+)/gm)]
        .map(([, type, count]) =>
          [type, Number(count)] as const
        );

      const messages = (await messagesOf(server)).length;
      const { session } = await copy(server, `${folder}/records`, messages);
      assertEquals(session.duplicates, 0);
      assertEquals(await storedRecords(`${folder}/records/xyz`), Object.fromEntries(made));
    }),
);
