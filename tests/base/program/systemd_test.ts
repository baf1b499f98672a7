import { assertEquals } from "@std/assert";
import { needs, PYTHON, UNIX } from "../../needs.ts";
import { inFolder, Program } from "../../programs/program.ts";
import { until } from "../../until.ts";
import { NotifySocket } from "./notify_socket.ts";

const WATCHDOG_MS = 40;
const PING = "WATCHDOG=1";

/** A program that does what it is told. */
class Told implements AsyncDisposable {
  readonly #program: Program;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(env: Readonly<Record<string, string>>) {
    this.#program = new Program("tests/base/program/systemd_program.ts", [], {
      env,
      stdin: "piped",
    });
    this.#writer = this.#program.stdin.getWriter();
  }

  async tell(...lines: string[]): Promise<void> {
    for (const line of lines) await this.#writer.write(new TextEncoder().encode(`${line}\n`));
  }

  line(pattern: RegExp): Promise<unknown> {
    return this.#program.line(pattern);
  }

  /** Ends it; gives what it said. */
  async end(): Promise<string> {
    await this.#writer.close();
    const { code, stdout, stderr } = await this.#program.end();
    assertEquals([code, stderr], [0, ""]);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    await this.#writer.abort().catch(() => {}); // it is closed
  }
}

function test(name: string, run: (socket: NotifySocket) => Promise<void>): void {
  Deno.test({
    ...needs(name, UNIX, PYTHON),
    fn: () =>
      inFolder(async (folder) => {
        await using socket = await NotifySocket.open(folder, WATCHDOG_MS);
        await run(socket);
        const left = await Array.fromAsync(Deno.readDir(`${folder}/run`), ({ name }) => name);
        assertEquals(left, []);
      }),
  });
}

test("systemd is told what sd_notify(3) has words for, in order, and no socket is left", async (socket) => {
  await using program = new Told(socket.env);
  await program.tell("reload", "ready", "status", "reload", "stopping");
  assertEquals(await program.end(), "");
  await socket.has("STOPPING=1");
  // The first reload came before it was ready, and is a part of its start.
  assertEquals(socket.messages, [
    "READY=1",
    "STATUS=two\ufffdlines",
    "RELOADING=1",
    "READY=1",
    "STOPPING=1",
  ]);
});

test("the watchdog is told as long as the program proves that it works, and not otherwise", async (socket) => {
  await using program = new Told(socket.env);
  await program.tell("watch");
  await socket.has(PING, 3);
  await program.tell("stick");
  await program.line(/^asked in vain$/);
  const before = socket.count(PING);
  let intervals = 0;
  const clock = setInterval(() => intervals++, WATCHDOG_MS / 2);
  await until("many intervals are over", () => intervals > 20);
  clearInterval(clock);
  assertEquals(socket.count(PING), before);
  await program.tell("go on");
  await socket.has(PING, before + 3);
  assertEquals(await program.end(), "asked in vain\n");
});

test("a watchdog of another process is not told", async (socket) => {
  await using program = new Told({ ...socket.env, WATCHDOG_PID: "1" });
  await program.tell("watch", "ready");
  assertEquals(await program.end(), "");
  await socket.has("READY=1");
  assertEquals(socket.messages, ["READY=1"]);
});

test("a systemd that cannot be told is said once, with what is wanted", async (socket) => {
  const { NOTIFY_SOCKET = "" } = socket.env;
  const said = async (env: Readonly<Record<string, string>>) => {
    await using program = new Told(env);
    await program.tell("ready", "status", "watch");
    return await program.end();
  };
  const cannot = "Cannot tell systemd how this program fares";
  assertEquals(
    await said({ NOTIFY_SOCKET }),
    `${cannot}: there is no folder for it; wanted: RuntimeDirectory=, or Type=exec in its unit\n`,
  );
  assertEquals(
    await said({ ...socket.env, NOTIFY_SOCKET: `${NOTIFY_SOCKET}-gone` }),
    `${cannot}: it does not exist; wanted: Type=exec in its unit\n`,
  );
  assertEquals(socket.messages, []);
});
