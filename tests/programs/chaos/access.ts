/** Who may send in a round of chaos, and with which keys: all of it changes while sensors send. */
import { encodeHex, parseHex } from "../../../lib/base/bytes/bytes.ts";
import { isLedgerType, RECORD_TYPES, typeName } from "../../../lib/base/record/record_types.ts";
import type { KeyPair } from "../../../lib/seal/key.ts";
import { newKeyPair, readKeyPairs, writeKeyPair } from "../../../lib/seal/key_file_io.ts";
import {
  BYE,
  MessageType,
  parseWelcome,
  SCHEMA,
} from "../../../lib/transport/session/session_message.ts";
import { type PeerTarget, RawPeer } from "../../../tools/raw_peer.ts";
import { until } from "../../until.ts";
import { Program, runProgram } from "../program.ts";
import { pause } from "./pause.ts";

/** What a line of the file of sensors is changed to say, one after another; nothing of UDP may come then. */
const LIMITS = [
  `types=${
    RECORD_TYPES.map(typeName).filter((name) => name !== "UDP" && !isLedgerType(name)).join()
  }`,
  "max-rate=400K",
  "max-rate=2M",
  "",
] as const;
/** As often a command that breaks off is repeated. */
const MAX_TRIES = 30;

/** What has been changed. */
export interface AccessCounts {
  rosterChanges: number;
  keyChanges: number;
  changeKills: number;
  revoked: number;
}

/** The keys of all, the file of sensors, and the operator who changes them. */
export class ChaosAccess {
  readonly counts: AccessCounts = { rosterChanges: 0, keyChanges: 0, changeKills: 0, revoked: 0 };
  readonly #folder: string;
  readonly #records: string;
  readonly #problems: string[];
  /** Of each name its line's key and options. */
  readonly #roster = new Map<string, { readonly key: string; limits: string }>();
  /** Keys that are over. */
  readonly #gone: KeyPair[] = [];
  readonly #revoked = new Set<string>();

  private constructor(folder: string, records: string, problems: string[]) {
    this.#folder = folder;
    this.#records = records;
    this.#problems = problems;
  }

  /** Makes all keys. @param problems What is wrong is added there. */
  static async prepare(
    folder: string,
    records: string,
    clients: readonly string[],
    problems: string[],
  ): Promise<ChaosAccess> {
    const access = new ChaosAccess(folder, records, problems);
    const { publicKey } = await writeKeyPair(folder, false);
    for (const client of clients) {
      const keys = newKeyPair();
      access.#roster.set(client, { key: encodeHex(keys.publicKey), limits: "" });
      await Deno.writeTextFile(access.#keyOf(client), encodeHex(keys.privateKey), { mode: 0o600 });
      await Deno.writeTextFile(`${folder}/${client}.collector`, encodeHex(publicKey));
    }
    await access.#write();
    return access;
  }

  /** What a collector is told. */
  get collectorArgs(): readonly string[] {
    return ["-privkey", `${this.#folder}/priv.key`, "-sensors", `${this.#folder}/sensors`];
  }

  /** What a sensor is told. */
  sensorArgs(client: string): readonly string[] {
    return [
      ...["-pubkey", `${this.#folder}/${client}.collector`, "-renew-pubkey"],
      ...["-privkey", this.#keyOf(client), "-client", client],
    ];
  }

  /** Whether a name may not send any more. */
  isRevoked(client: string): boolean {
    return this.#revoked.has(client);
  }

  /** Lets a stranger in, or puts it out again. */
  async letIn(stranger: string): Promise<void> {
    if (this.#roster.delete(stranger)) return await this.#write();
    const keys = newKeyPair();
    this.#roster.set(stranger, { key: encodeHex(keys.publicKey), limits: "" });
    await this.#write();
  }

  /** Changes what a sensor may send. @param which A number from 0 to 3. */
  async limit(client: string, which: number): Promise<void> {
    const line = this.#roster.get(client);
    if (line) line.limits = LIMITS[which]!;
    await this.#write();
  }

  /** Lets a sensor send no more. @param byCommand Else its line goes. */
  async revoke(client: string, byCommand: boolean): Promise<void> {
    this.#revoked.add(client);
    this.counts.revoked++;
    this.#gone.push(...await readKeyPairs(this.#keyOf(client)));
    if (byCommand) {
      const sensors = this.collectorArgs.slice(2);
      const command = ["-revoke", client, "-out", this.#records, ...sensors];
      let said = await runProgram("collector.ts", command);
      for (let tries = 1; tries < MAX_TRIES && /the disk is full/.test(said.stderr); tries++) {
        await pause(RETRY_MS);
        said = await runProgram("collector.ts", command);
      }
      if (said.code !== 0) this.#problems.push(`${client} is not revoked: ${said.stderr}`);
    } else {
      this.#roster.delete(client);
      await this.#write();
    }
  }

  /** Changes a sensor's key. @param killMs When the command is killed first, if it is. */
  async rotateSensor(client: string, address: string, killMs: number | undefined): Promise<void> {
    const [keys] = await readKeyPairs(this.#keyOf(client));
    const place = [...this.sensorArgs(client), "-addr", address];
    const isDone = await this.#repeat("sensor.ts", ["-rotate-identity", ...place], killMs, client);
    if (isDone) this.#gone.push(keys);
  }

  /** Changes the collector's key. @param killMs When the command is killed first, if it is. */
  async rotateCollector(killMs: number | undefined): Promise<void> {
    const command = ["-rotate-key", "-privkey", `${this.#folder}/priv.key`, "-key-overlap", "1h"];
    await this.#repeat("collector.ts", command, killMs, "the collector");
  }

  /** Who may send can, under its name, and nobody else; with the key of the collector that is in its file. */
  async check(port: number): Promise<void> {
    const address = { hostname: "127.0.0.1", port };
    const collectorKey = parseHex(await Deno.readTextFile(`${this.#folder}/pub.key`))!;
    for (const client of this.#roster.keys()) {
      if (this.isRevoked(client) || !await exists(this.#keyOf(client))) continue;
      const [keys] = await readKeyPairs(this.#keyOf(client));
      let name: string | undefined;
      await until(`the collector answers ${client}`, async () => {
        const answer = await nameOf({ address, collectorKey }, keys).catch(() => NO_ANSWER);
        name = answer === NO_ANSWER ? undefined : answer;
        return answer !== NO_ANSWER;
      });
      if (name !== client) this.#problems.push(`${client} may send as ${name}`);
    }
    for (const keys of this.#gone) {
      await until(
        "an old key is over",
        async () =>
          await nameOf({ address, collectorKey }, keys).catch(() => NO_ANSWER) === undefined,
      );
    }
  }

  /** Repeats a command until it is done; false when it is not wanted any more. */
  async #repeat(
    source: string,
    args: readonly string[],
    killMs: number | undefined,
    whose: string,
  ): Promise<boolean> {
    if (killMs !== undefined) {
      await using program = new Program(source, args);
      await pause(killMs);
      try {
        program.kill("SIGKILL");
      } catch {
        // it has ended before
      }
      if ((await program.end()).code !== 0) this.counts.changeKills++;
    }
    let said = "";
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (this.isRevoked(whose)) return false;
      const { code, stderr } = await runProgram(source, args);
      if (code === 0 || /the one before it is accepted until/.test(stderr)) {
        this.counts.keyChanges++;
        return true;
      }
      said = stderr;
      await pause(RETRY_MS);
    }
    if (!this.isRevoked(whose)) this.#problems.push(`the key of ${whose} did not change: ${said}`);
    return false;
  }

  async #write(): Promise<void> {
    const lines = [...this.#roster].map(([name, { key, limits }]) => `${key} ${name} ${limits}\n`);
    const path = `${this.#folder}/sensors`;
    await Deno.writeTextFile(`${path}.new`, lines.join(""));
    await Deno.rename(`${path}.new`, path);
    this.counts.rosterChanges++;
  }

  #keyOf(client: string): string {
    return `${this.#folder}/${client}.key`;
  }
}

const RETRY_MS = 300;
/** The connection broke off: the machine has other things to do. */
const NO_ANSWER = " ";

/** Under which name a key may send, which it does not; undefined if it may not. */
async function nameOf(collector: PeerTarget, keys: KeyPair): Promise<string | undefined> {
  using peer = await RawPeer.connect(collector, keys);
  await peer.hello(1n, "whoever");
  const welcome = await peer.next(MessageType.Welcome);
  if (!welcome) return undefined;
  await peer.send(BYE);
  await peer.next(MessageType.Bye);
  return parseWelcome(welcome.body, SCHEMA)?.name;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
