import { messageOf } from "../errors.ts";
import type { Log } from "./log_io.ts";
import { permittedVariable } from "./permitted_variable_io.ts";
import { printable } from "../text/printable.ts";
import type { Service } from "./service.ts";

const READY = "READY=1";

/**
 * systemd, where it has started the program and waits to be told, as with `Type=notify`: sd_notify(3),
 * sd_watchdog_enabled(3). Messages are datagrams between Unix sockets; the program's lies in its
 * `RuntimeDirectory=`. Where that cannot be, one line is said, and the program runs as with `Type=exec`.
 */
export class Systemd implements Service, AsyncDisposable {
  readonly #log: Log;
  readonly #to: Deno.UnixAddr | undefined;
  readonly #watchdogMs: number;
  #socket: Deno.DatagramConn | undefined;
  #sending = Promise.resolve();
  #isReady = false;
  #watching: ReturnType<typeof setInterval> | undefined;

  /** Reads of the environment what may be read: `NOTIFY_SOCKET`, `RUNTIME_DIRECTORY`, `WATCHDOG_…`. */
  constructor(log: Log) {
    this.#log = log;
    const path = permittedVariable("NOTIFY_SOCKET");
    this.#to = path ? { transport: "unixpacket", path } : undefined;
    const pid = permittedVariable("WATCHDOG_PID");
    const isForUs = pid === undefined || pid === String(Deno.pid);
    this.#watchdogMs = isForUs ? Number(permittedVariable("WATCHDOG_USEC") ?? 0) / 1000 : 0;
    if (path) this.#open(permittedVariable("RUNTIME_DIRECTORY")?.split(":")[0]);
  }

  ready(): void {
    this.#isReady = true;
    this.#send(READY);
  }

  status(line: string): void {
    this.#send(`STATUS=${printable(line)}`);
  }

  stopping(): void {
    this.#send("STOPPING=1");
  }

  /** Does something that takes new settings, which systemd is told of before and afterwards. */
  async reload(take: () => Promise<void>): Promise<void> {
    if (this.#isReady) this.#send("RELOADING=1");
    await take();
    if (this.#isReady) this.#send(READY);
  }

  watch(proof: () => Promise<unknown>): void {
    if (!this.#socket || !(this.#watchdogMs > 0)) return;
    let isAsked = false;
    const ask = async () => {
      if (isAsked) return; // and no answer has come yet
      isAsked = true;
      try {
        await proof();
        this.#send("WATCHDOG=1");
      } catch {
        // It does not work, and ends by itself or is ended.
      }
      isAsked = false;
    };
    this.#watching = setInterval(ask, this.#watchdogMs / 2);
    void ask();
  }

  /** Sends what there is to say, and lets go of the socket. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watching);
    await this.#sending;
    this.#close();
  }

  #open(folder: string | undefined): void {
    if (folder === undefined) {
      return this.#fail("there is no folder for it; wanted: RuntimeDirectory=, or");
    }
    const path = `${folder}/notify`;
    const wanted = (["read", "write"] as const).filter((name) =>
      [path, this.#to!.path].some((path) =>
        Deno.permissions.querySync({ name, path }).state !== "granted"
      )
    ).map((name) => `--allow-${name}=${path},${this.#to!.path}`);
    if (wanted.length > 0) {
      return this.#fail(`Deno does not permit it; wanted: ${wanted.join(" ")}, or`);
    }
    removeIfThere(path); // one that was killed has left it
    try {
      this.#socket = Deno.listenDatagram({ transport: "unixpacket", path });
    } catch (error) {
      this.#fail(this.#wordsOf(error, path));
    }
  }

  /** The net is asked for, too, but by Deno 2.7. */
  #wordsOf(error: unknown, path: string): string {
    if (!(error instanceof Deno.errors.NotCapable)) return `${messageOf(error)}; wanted:`;
    return `Deno does not permit it; wanted: --allow-net=unix:${path},unix:${this.#to!.path}, or`;
  }

  #send(message: string): void {
    const bytes = new TextEncoder().encode(message);
    this.#sending = this.#sending.then(async () => {
      try {
        await this.#socket?.send(bytes, this.#to!);
      } catch (error) {
        this.#fail(this.#wordsOf(error, pathOf(this.#socket)));
      }
    });
  }

  /** @param why With what is wanted, if that is another than to be started as the line says. */
  #fail(why: string): void {
    this.#log.problem(
      "systemd",
      `Cannot tell systemd how this program fares: ${why} Type=exec in its unit`,
    );
    this.#close();
  }

  #close(): void {
    if (!this.#socket) return;
    const path = pathOf(this.#socket);
    this.#socket.close();
    this.#socket = undefined;
    removeIfThere(path);
  }
}

function pathOf(socket: Deno.DatagramConn | undefined): string {
  return (socket?.addr as Deno.UnixAddr).path;
}

/** systemd removes the folder in the end, whatever is in it. */
function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // it is not there
  }
}
