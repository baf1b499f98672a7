/** The Debian packages, installed into a root of their own; as root, with Debian's tools. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isOnPath, type Need, needs, PYTHON, ROOT } from "../../needs.ts";
import { inFolder, PUBLIC_KEY } from "../../programs/program.ts";
import { until } from "../../until.ts";

const TREE = `${import.meta.dirname}/../../../`;
const NAMES = ["farcap-sensor", "farcap-collector"] as const;
const LIBRARIES = `/usr/lib/${Deno.build.arch}-linux-gnu`;

const work = await Deno.makeTempDir({ prefix: "farcap-packages-" });
addEventListener("unload", () => Deno.removeSync(work, { recursive: true }));
/** With these there is nothing to compile twice for. */
const compiled = await run(Deno.execPath(), "task", "--quiet", "compile", `${work}/executables`);
const DENORT: Need = {
  what: "denort, the runtime of executables",
  isMet: () => compiled.code !== 3,
};
const TOOLS: Need = {
  what: "dpkg-deb, systemd-analyze, systemd-sysusers, unshare, on x86-64",
  isMet: () =>
    Deno.build.arch === "x86_64" &&
    ["dpkg-deb", "systemd-analyze", "systemd-sysusers", "systemd-tmpfiles", "unshare"]
      .every(isOnPath),
};

async function run(command: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: TREE,
    env: { LC_ALL: "C.UTF-8", NO_COLOR: "1", DPKG_DEB_COMPRESSOR_TYPE: "none" },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

/** Runs what has to succeed; gives what it said on both ways. */
async function must(command: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await run(command, ...args);
  assertEquals(code, 0, `${command} ${args.join(" ")}: ${out}${err}`);
  return out + err;
}

Deno.test({
  ...needs(
    "packages are installed, run as their user, upgraded, removed and purged",
    ROOT,
    PYTHON,
    TOOLS,
    DENORT,
  ),
  fn: () =>
    inFolder(async (folder) => {
      assertEquals(compiled.code, 0, compiled.err);
      const make = async (revision: string) => {
        const made = await must(
          Deno.execPath(),
          "task",
          "--quiet",
          "package",
          "--revision",
          revision,
          "--executables",
          `${work}/executables`,
          folder,
        );
        const files = made.trim().split("\n").map((line) => line.replace(/^made /, ""));
        assertEquals(files.map((path) => path.split(".").at(-1)), ["deb", "deb", "json"]);
        return files.slice(0, 2);
      };
      const root = `${folder}/root`;
      await makeRoot(root);
      const dpkg = (...args: string[]) =>
        must("dpkg", `--root=${root}`, "--force-script-chrootless", "--force-depends", ...args);
      const stateOf = async (name: string) =>
        (await run(
          "dpkg-query",
          `--admindir=${root}/var/lib/dpkg`,
          "-Wf",
          "${db:Status-Abbrev}${Version}",
          name,
        )).out;

      const first = await make("1");
      const checked = await must("sh", "-c", `cd ${folder} && sha256sum --strict -c SHA256SUMS`);
      assertEquals(checked.match(/: OK$/gm)?.length, 3);
      await dpkg("-i", ...first);
      for (const name of NAMES) {
        assertMatch(await stateOf(name), /^ii .*-1$/);
        assertMatch(await Deno.readTextFile(`${root}/etc/passwd`), new RegExp(`^${name}:`, "m"));
      }
      const keys = `${root}/etc/farcap/keys`;
      assertEquals((await Deno.stat(keys)).mode! & 0o777, 0o700);

      const shared = `${root}/usr/share/farcap-collector`;
      for (const file of ["farcap.rules.yml", "farcap.dashboard.json"]) {
        const shipped = await Deno.readTextFile(`${shared}/${file}`);
        assertEquals(shipped, await Deno.readTextFile(`${TREE}packaging/${file}`));
      }

      // The units, where they are installed.
      assertEquals(
        await must(
          "systemd-analyze",
          "verify",
          "--man=no",
          `--root=${root}`,
          ...NAMES.map((name) => `${name}.service`),
        ),
        "",
      );
      for (const name of NAMES) {
        const said = await must(
          "systemd-analyze",
          "security",
          "--offline=yes",
          "--no-pager",
          `--root=${root}`,
          `${name}.service`,
        );
        const [, exposure] = /Overall exposure level .*: (\d+\.\d+)/.exec(said)!;
        assert(Number(exposure) < 2.5, said);
      }

      // What the operator does, then the line of the unit, as its user.
      await mustInRoot(
        root,
        "/usr/bin/farcap-collector",
        "-gen-keypair",
        "-out",
        "/etc/farcap/keys",
      );
      const config = `${root}/etc/farcap/collector.conf`;
      await Deno.writeTextFile(
        config,
        (await Deno.readTextFile(config)).replace(/^#addr .*$/m, "addr 127.0.0.1:0"),
      );
      const verdict = await inRoot(
        root,
        "farcap-collector",
        ...await commandOf(root, "farcap-collector"),
        "-check-config",
      );
      assertEquals(verdict.code, 0, verdict.err);
      await using collector = await startInRoot(
        root,
        "farcap-collector",
        await commandOf(root, "farcap-collector"),
      );
      const address = await collector.address();
      await Deno.writeTextFile(
        `${root}/etc/farcap/keys/collector.pub`,
        await Deno.readTextFile(`${keys}/pub.key`),
      );
      await mustInRoot(
        root,
        "/usr/bin/farcap-sensor",
        "-gen-identity",
        "-out",
        "/etc/farcap/keys",
      );
      await Deno.copyFile(
        `${TREE}tests/captures/office.pcap`,
        `${root}/var/lib/farcap-sensor/office.pcap`,
      );
      await Deno.writeTextFile(
        `${root}/etc/farcap/sensor.conf`,
        `addr ${address}\nread office.pcap\nclient plant-7\n`,
      );
      const sent = await inRoot(root, "farcap-sensor", ...await commandOf(root, "farcap-sensor"));
      assertEquals(sent.code, 0, sent.err);
      assertStringIncludes(sent.out, "nothing was lost: all ");
      assertEquals(await collector.stop(), 0);
      for (const name of NAMES) {
        const told = () => Deno.readTextFile(toldBy(root, name));
        await until(`${name} tells systemd that it ends`, async () =>
          /STOPPING=1/.test(await told()));
      }
      const told = await Deno.readTextFile(toldBy(root, "farcap-collector"));
      assertMatch(told, /"READY=1"\n"STATUS=listening on [^"]*"\n"WATCHDOG=1"\n/);
      const stored = `${root}/var/lib/farcap-collector/records/plant-7`;
      assert((await Deno.stat(`${stored}/TCP.ncap.gz`)).isFile);
      assertEquals((await Deno.stat(stored)).uid, await idOf(root, "farcap-collector"));

      // What root does with the settings of the service is done to its records.
      const settings = ["-config", "/etc/farcap/collector.conf"];
      await mustInRoot(
        root,
        ...["/usr/bin/farcap-collector", ...settings, "-enroll", "plant-8", "-addr", "127.0.0.1:1"],
      );
      const access = `${root}/var/lib/farcap-collector/records/.access/sensors.json`;
      assertStringIncludes(await Deno.readTextFile(access), "plant-8");
      assertEquals((await Deno.stat(access)).uid, await idOf(root, "farcap-collector"));

      // An upgrade keeps what the operator has written; a purge keeps keys and records.
      await dpkg("--force-confold", "-i", ...await make("2"));
      assertMatch(await stateOf("farcap-sensor"), /^ii .*-2$/);
      assertStringIncludes(await Deno.readTextFile(`${root}/etc/farcap/sensor.conf`), "plant-7");
      await dpkg("-r", ...NAMES);
      assertEquals(
        await stateOf("farcap-sensor").then((state) =>
          state.slice(0, 2)
        ),
        "rc",
      );
      await dpkg("-P", ...NAMES);
      assertEquals(await stateOf("farcap-sensor"), "");
      const left = await Array.fromAsync(Deno.readDir(`${root}/etc/farcap`), ({ name }) => name);
      assertEquals(left, ["keys"]);
      assert((await Deno.stat(`${stored}/TCP.ncap.gz`)).isFile);
      assert(!(await Deno.readTextFile(`${keys}/pub.key`)).includes(PUBLIC_KEY));
    }),
});

/** An empty system: what dpkg and systemd look at, and room for the libraries of this one. */
async function makeRoot(root: string): Promise<void> {
  for (
    const path of [
      "var/lib/dpkg",
      "usr/bin",
      "usr/lib64",
      "etc",
      "run",
      "dev",
      "proc",
      "tmp",
      LIBRARIES,
    ]
  ) {
    await Deno.mkdir(`${root}/${path}`, { recursive: true });
  }
  await Deno.writeTextFile(`${root}/var/lib/dpkg/status`, "");
  for (const name of ["bin", "lib", "lib64"]) await Deno.symlink(`usr/${name}`, `${root}/${name}`);
  await must("cp", "-a", "/usr/lib/systemd", `${root}/usr/lib/`);
  await Deno.copyFile("/bin/kill", `${root}/usr/bin/kill`);
}

/** The command line of a unit, with the folder of keys for that of credentials. */
async function commandOf(root: string, name: string): Promise<string[]> {
  const unit = await Deno.readTextFile(`${root}/usr/lib/systemd/system/${name}.service`);
  const [, line] = /^ExecStart=(.*)$/m.exec(unit)!;
  return line!.replaceAll("%d", `/run/credentials`).split(" ");
}

async function idOf(root: string, user: string): Promise<number> {
  const passwd = await Deno.readTextFile(`${root}/etc/passwd`);
  return Number(new RegExp(`^${user}:[^:]*:(\\d+):`, "m").exec(passwd)![1]);
}

/** Arguments of `unshare` that run a command in the root, as a user of it or as root. */
async function argsInRoot(root: string, user: string | undefined, command: readonly string[]) {
  const id = user === undefined ? 0 : await idOf(root, user);
  // systemd gives a service copies of its keys that are its own.
  const script = `set -e
    mount --bind ${LIBRARIES} ${root}${LIBRARIES}
    mount --bind /usr/lib64 ${root}/usr/lib64
    mount -t proc proc ${root}/proc
    mount -t tmpfs tmpfs ${root}/run
    cp -r ${root}/etc/farcap/keys ${root}/run/credentials
    chown -R ${id}:${id} ${root}/run/credentials
    user=$1; shift
    ${user === undefined ? "" : systemdFor(root, user, id)}
    exec env -i PATH="$PATH" $told chroot --userspec=$user ${root} /bin/sh -c 'cd "$0" && exec "$@"' "$@"`;
  const home = user === undefined ? "/" : `/var/lib/${user}`;
  await Deno.copyFile("/bin/sh", `${root}/usr/bin/sh`).catch(() => {}); // it runs already
  return ["-m", "sh", "-c", script, "sh", `${id}:${id}`, home, ...command];
}

/** What systemd gives a unit of `Type=notify`; what it is told goes to a file. */
function systemdFor(root: string, user: string, id: number): string {
  const socket = "/run/systemd/notify";
  return `mkdir ${root}/run/systemd ${root}/run/${user}
    chown ${id}:${id} ${root}/run/${user}
    python3 ${TREE}tests/base/program/notify_socket.py ${root}${socket} > ${toldBy(root, user)} &
    until [ -S ${root}${socket} ]; do sleep 0.02; done
    told="NOTIFY_SOCKET=${socket} RUNTIME_DIRECTORY=/run/${user} WATCHDOG_USEC=120000000"`;
}

function toldBy(root: string, user: string): string {
  return `${root}/var/lib/${user}.told`;
}

async function inRoot(root: string, user: string | undefined, ...command: string[]) {
  return await run("unshare", ...await argsInRoot(root, user, command));
}

/** As root. */
async function mustInRoot(root: string, ...command: string[]): Promise<void> {
  const { code, out, err } = await inRoot(root, undefined, ...command);
  assertEquals(code, 0, `${command.join(" ")}: ${out}${err}`);
}

async function startInRoot(root: string, user: string, command: readonly string[]) {
  const child = new Deno.Command("unshare", {
    args: await argsInRoot(root, user, command),
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  return {
    async address(): Promise<string> {
      for (;;) {
        const found = / listening on (\S+)\n/.exec(said)?.[1];
        if (found !== undefined) return found;
        const { value, done } = await reader.read();
        assert(!done, `it has ended: ${said}`);
        said += value;
      }
    },
    async stop(): Promise<number> {
      child.kill("SIGTERM");
      while (!(await reader.read()).done);
      return (await child.status).code;
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // it has ended
      }
      await child.status;
      await reader.cancel();
    },
  };
}
