/** Both programs as services of systemd with `Type=notify`, whose part the test plays. */
import { assertEquals } from "@std/assert";
import { NotifySocket } from "../base/program/notify_socket.ts";
import { needs, PYTHON, UNIX } from "../needs.ts";
import { inFolder, Program, PUBLIC_KEY, startCollector } from "./program.ts";

const WATCHDOG_MS = 200;

function test(name: string, run: (folder: string, socket: NotifySocket) => Promise<void>): void {
  Deno.test({
    ...needs(name, UNIX, PYTHON),
    fn: () =>
      inFolder(async (folder) => {
        await using socket = await NotifySocket.open(folder, WATCHDOG_MS);
        await run(folder, socket);
      }),
  });
}

/** What a program tells from its start to its end, but for the watchdog. */
async function play(program: Program, socket: NotifySocket): Promise<string[]> {
  await socket.has("READY=1");
  await socket.has("WATCHDOG=1", 3);
  program.kill("SIGHUP");
  await socket.has("READY=1", 2);
  program.kill("SIGTERM");
  const { code, stdout, stderr } = await program.end();
  assertEquals(code, 0, stdout + stderr);
  await socket.has("STOPPING=1");
  return socket.messages.filter((message) => message !== "WATCHDOG=1");
}

test(
  "systemd is told when a collector listens, reads its settings again, and ends",
  async (folder, socket) => {
    const { collector, address } = await startCollector(folder, [], { env: socket.env });
    await using _ = collector;
    assertEquals(await play(collector, socket), [
      "READY=1",
      `STATUS=listening on ${address}`,
      "RELOADING=1",
      "READY=1",
      "STOPPING=1",
    ]);
  },
);

test(
  "systemd is told when a sensor captures, reads its settings again, and ends",
  async (folder, socket) => {
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    await Deno.mkdir(`${folder}/watched`);
    const to = ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "xyz"];
    const env = { env: socket.env };
    await using sensor = new Program("sensor.ts", [...to, "-watch", `${folder}/watched`], env);
    const said = (await play(sensor, socket)).filter((message) => !message.startsWith("STATUS="));
    assertEquals(said, ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"]);
  },
);

test("without the permission a line says which, and the program runs", async (folder, socket) => {
  const paths = `${socket.env.RUNTIME_DIRECTORY}/notify,${socket.env.NOTIFY_SOCKET}`;
  const unix = paths.split(",").map((path) => `unix:${path}`).join();
  for (
    const [net, write, wanted] of [
      ["--allow-net", "", `--allow-write=${paths}`],
      ["--allow-net=127.0.0.1", `,${paths}`, `--allow-net=${unix}`],
    ] as const
  ) {
    const permissions = [
      net,
      "--allow-read",
      `--allow-write=${folder}/records${write}`,
      "--allow-env=NOTIFY_SOCKET,RUNTIME_DIRECTORY,WATCHDOG_*",
    ];
    const { collector } = await startCollector(folder, [], { permissions, env: socket.env });
    await using _ = collector;
    const { code, stderr } = await collector.stop();
    assertEquals(code, 0);
    assertEquals(stderr.split("\n").filter((each) => each.includes("systemd")), [
      `Cannot tell systemd how this program fares: Deno does not permit it; wanted: ${wanted}, ` +
      "or Type=exec in its unit",
    ]);
  }
  assertEquals(socket.messages, []);
});
