/** The collector of a round of chaos: it is killed and begins again, at the same address. */
import { Program } from "../program.ts";

const SIGKILLED = 137;
/** Its books are closed more often. */
export const SHORT_MINUTES = ["-A", `--preload=${import.meta.dirname}/short_minutes.ts`];

/** A collector that keeps its port over its starts. */
export class ChaosCollector {
  kills = 0;
  readonly #args: readonly string[];
  readonly #problems: string[];
  #program!: Program;
  #port = 0;

  private constructor(args: readonly string[], problems: string[]) {
    this.#args = args;
    this.#problems = problems;
  }

  /** Starts it. @param problems What is wrong is added there. */
  static async start(args: readonly string[], problems: string[]): Promise<ChaosCollector> {
    const collector = new ChaosCollector(args, problems);
    await collector.#start();
    return collector;
  }

  /** Of datagrams; sessions are at the next one. */
  get port(): number {
    return this.#port;
  }

  /** Whether a sensor has connected since its last start. */
  get isBusy(): boolean {
    return / is connected /.test(this.#program.said);
  }

  /** Has it read the file of sensors at once, if it has begun to listen for signals. */
  reload(): void {
    if (!/^listening on /m.test(this.#program.said)) return;
    try {
      this.#program.kill("SIGHUP");
    } catch {
      // it has been killed
    }
  }

  /** Kills it. */
  async kill(): Promise<void> {
    this.#program.kill("SIGKILL");
    const { code, stderr } = await this.#program.end();
    if (code !== SIGKILLED) this.#problems.push(`the collector ended with ${code}: ${stderr}`);
    this.kills++;
  }

  /** Starts it again after it was killed. */
  async startAgain(): Promise<void> {
    await this.#start();
  }

  /** Ends it in order. */
  async end(): Promise<void> {
    await using program = this.#program;
    try {
      const { code, stderr } = await program.stop();
      if (code !== 0) this.#problems.push(`the collector ended with ${code}: ${stderr}`);
    } catch (error) {
      this.#problems.push(String(error));
    }
  }

  async #start(): Promise<void> {
    const args = [...this.#args, "-addr", `127.0.0.1:${this.#port}`];
    this.#program = new Program("collector.ts", args, { permissions: SHORT_MINUTES });
    const [, port = "0"] = await this.#program.line(/^listening on .*:(\d+)$|^reading /);
    this.#port = Number(port);
  }
}
