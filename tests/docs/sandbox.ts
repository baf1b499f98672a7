/**
 * Runs the commands of a document as a reader would: in a copy of the sources, in one shell, one after
 * another, on a host of their own that has `eth0` and nobody else on it.
 */
import { run } from "../capture/namespaces.ts";

const ROOT = `${import.meta.dirname}/../../`;
/** What a clone has, as far as commands read it. */
const SOURCES = [
  ...["collector.ts", "deno.json", "deno.lock", "ffi", "lib", "mod", "mod.ts", "proto"],
  ...["sensor.ts", "std", "tests/captures"],
];
const PROGRAMS = ["collector.ts", "sensor.ts"].map((name) => `${ROOT}${name}`);
const MAX_SECONDS = 120;

/** One command of a document. */
export interface Step {
  readonly command: string;
  /** It stays until it is told to end, and says this when it is ready. */
  readonly ready?: RegExp;
}

/** What became of the commands. */
export interface Run {
  readonly code: number;
  /** What each has said, on both outputs. */
  readonly said: readonly string[];
  /** The last words of the shell. */
  readonly stderr: string;
}

/** Runs the commands; those that stay are told to end, as by Ctrl-C, behind the last one. */
export async function runSteps(folder: string, steps: readonly Step[]): Promise<Run> {
  // There is no way to a registry from that host.
  await run(Deno.execPath(), "cache", `--config=${ROOT}deno.json`, ...PROGRAMS);
  const clone = `${folder}/farcap`;
  const said = (index: number) => `${folder}/said-${index}`;
  await Deno.mkdir(`${clone}/tests`, { recursive: true });
  for (const path of SOURCES) await run("cp", "-r", `${ROOT}${path}`, `${clone}/${path}`);
  await Deno.mkdir(`${folder}/bin`);
  await Deno.symlink(Deno.execPath(), `${folder}/bin/deno`);
  for (const [name, line] of Object.entries(STAND_INS)) {
    const text = `#!/bin/sh\n${placed(line, folder)}\n`;
    await Deno.writeTextFile(`${folder}/bin/${name}`, text, { mode: 0o755 });
  }
  const lines = steps.flatMap(({ command, ready }, index) => [
    `step=${index}`,
    ready === undefined
      ? `{ ${command}\n} > ${said(index)} 2>&1`
      : `{ ${command}\n} > ${said(index)} 2>&1 &\nready '${ready.source}' ${said(index)}`,
  ]);
  const script = [PREAMBLE, ...lines, EPILOGUE].join("\n");
  await Deno.writeTextFile(`${folder}/script`, placed(script, folder));
  const host = `farcap-${crypto.randomUUID().slice(0, 8)}`;
  await run("ip", "netns", "add", host);
  try {
    await run("ip", "-n", host, "link", "set", "lo", "up");
    await run("ip", "-n", host, "link", "add", "eth0", "type", "veth", "peer", "name", "eth1");
    for (const end of ["eth0", "eth1"]) await run("ip", "-n", host, "link", "set", end, "up");
    const { code, stderr } = await new Deno.Command("ip", {
      args: ["netns", "exec", host, "timeout", String(MAX_SECONDS), "bash", `${folder}/script`],
      cwd: clone,
      env: { NO_COLOR: "1", PATH: `${folder}/bin:${Deno.env.get("PATH")}` },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    const texts = steps.map((_, index) => Deno.readTextFile(said(index)).catch(() => ""));
    return { code, said: await Promise.all(texts), stderr: new TextDecoder().decode(stderr) };
  } finally {
    const left = (await run("ip", "netns", "pids", host)).split("\n").filter(Boolean);
    for (const pid of left) Deno.kill(Number(pid), "SIGKILL");
    await run("ip", "netns", "delete", host);
  }
}

/** Programs that a reader has, and this host has not. */
const STAND_INS = {
  npx: 'shift 2; exec deno "$@"',
  sudo: 'exec "$@"',
  collector: 'exec deno task collector "$@"',
  sensor: 'exec deno task sensor "$@"',
  "farcap-collector": 'exec deno task collector "$@"',
  "farcap-sensor": 'exec deno run -A sensor.ts "$@"',
  // Writes what the document says that one would.
  editor: `case $1 in
  *collector.conf) echo "addr collector.example:1335" ;;
  *sensor.conf) printf "addr collector.example:1335\\niface eth0\\n" ;;
esac >> $1`,
  // Starts the service here: its unit has the same line.
  systemctl: "exec $3 -config /etc/farcap/${3#farcap-}.conf",
};

/** What is elsewhere for these commands than for a reader. */
function placed(text: string, folder: string): string {
  return text.replaceAll("/etc/farcap", `${folder}/etc`)
    .replaceAll("collector.example:1335", "127.0.0.1:1435")
    .replaceAll(
      "collector … ",
      'collector -privkey priv.key -addr 127.0.0.1:0 -out "$(mktemp -d)" ',
    );
}

/** Each command that stays is a group of its own, which is told to end as a whole. */
const PREAMBLE = String.raw`set -eum
trap 'echo "step $step failed" >&2' ERR
ready() {
  for _ in $(seq 600); do
    grep -Eq "$1" "$2" && return 0
    kill -0 $!
    sleep 0.1
  done
  return 1
}`;

/** The last one first, so that no sensor waits for its collector; each has to end well. */
const EPILOGUE = `step=end
for group in $(jobs -p | tac); do
  if kill -INT -- -$group 2> /dev/null; then wait $group; fi
done`;
