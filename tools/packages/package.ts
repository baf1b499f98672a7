/**
 * deno task package [--executables FOLDER] [--target TRIPLE] [--revision N] [FOLDER]
 *
 * Makes a Debian package each of sensor and collector in FOLDER (default: this one), by dpkg-deb: the
 * executables of `deno task compile` (for TRIPLE), or those in the folder that is named, with units,
 * users, default settings, manual pages and completion. Revision N (default 1) is behind the version's
 * dash. Beside them: what is in them (CycloneDX), and the checksums of all.
 */
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { COLLECTOR_FLAGS } from "../../lib/arguments/collector_flags.ts";
import { configText } from "../../lib/arguments/config_file.ts";
import type { FlagTable } from "../../lib/arguments/flags.ts";
import { SENSOR_FLAGS } from "../../lib/arguments/sensor_flags.ts";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { VERSION } from "../../lib/base/version.ts";
import { elfMachine } from "./elf_machine.ts";
import { pagesOf } from "../pages/programs.ts";
import { runtimeVersion, softwareBill } from "./software_bill.ts";

/** A program that packages are made with has failed. */
class Failed extends Error {
  constructor(command: string, readonly code: number) {
    super(`${command} ended with ${code}`);
  }
}

const ROOT = new URL("../../", import.meta.url).pathname;
/** Debian's names of the architectures that Deno names so. */
const ARCHITECTURES = { x86_64: "amd64", aarch64: "arm64" } as const;

/** As Debian's own tools ask for it. */
const MAINTAINER = `${Deno.env.get("DEBFULLNAME") ?? "Farcap"} <${
  Deno.env.get("DEBEMAIL") ?? "farcap@localhost"
}>`;

interface Package {
  readonly name: string;
  readonly program: string;
  readonly table: FlagTable;
  readonly recommends: string;
  /** What its configuration file says, which root's commands read, too; the unit's flags overrule it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Files of `packaging/` for /usr/share/<name>. */
  readonly shared: readonly string[];
  readonly description: string;
}

const PACKAGES: readonly Package[] = [
  {
    name: "farcap-sensor",
    program: "sensor",
    table: SENSOR_FLAGS,
    recommends: "libpcap0.8 | libpcap0.8t64",
    settings: {
      pubkey: "/etc/farcap/keys/collector.pub",
      privkey: "/etc/farcap/keys/sensor.key",
    },
    shared: [],
    description: `Description: network sensor that sends audit records to a collector
 It captures packets, makes records of their headers, and sends them to a
 Farcap collector in sessions that lose nothing.
`,
  },
  {
    name: "farcap-collector",
    program: "collector",
    table: COLLECTOR_FLAGS,
    recommends: "",
    settings: {
      privkey: "/etc/farcap/keys/priv.key",
      out: "/var/lib/farcap-collector/records",
    },
    shared: ["farcap.rules.yml", "farcap.dashboard.json"],
    description: `Description: keeps audit records of network traffic that sensors send
 It receives the records of Farcap sensors, keeps them in files for each of
 them, and prints them again.
`,
  },
];

const { values: { executables, revision, target }, positionals: [given = "."] } = parseArgs({
  args: Deno.args,
  options: {
    executables: { type: "string" },
    revision: { type: "string", default: "1" },
    target: { type: "string" },
  },
  allowPositionals: true,
});
const folder = await Deno.realPath(given);
const work = await Deno.makeTempDir({ prefix: "farcap-package-" });
let code = 0;
try {
  const made = executables ?? `${work}/executables`;
  if (executables === undefined) {
    const compile = ["run", "-A", "--quiet", `${ROOT}tools/packages/compile.ts`];
    await run(Deno.execPath(), [...compile, ...target ? ["--target", target] : [], made]);
  }
  const packages: string[] = [];
  for (const each of PACKAGES) packages.push(await build(each, made));
  const bill = `${folder}/farcap_${debianVersion()}.cdx.json`;
  const deno = runtimeVersion(await Deno.readFile(`${made}/${PACKAGES[0]!.name}`));
  if (deno === undefined) throw new Error(`${made} has executables without Deno's runtime`);
  await Deno.writeTextFile(bill, await softwareBill(deno));
  const files = [...packages, bill];
  const sums = await Promise.all(files.map(checksumLine));
  await Deno.writeTextFile(`${folder}/SHA256SUMS`, sums.join(""));
  for (const path of files) console.log(`made ${path}`);
} catch (error) {
  if (!(error instanceof Failed)) throw error;
  console.error(`Cannot make packages: ${error.message}`);
  code = error.code;
} finally {
  await Deno.remove(work, { recursive: true });
}
Deno.exit(code);

/** Makes one package; returns its path. */
async function build(
  { name, program, table, recommends, settings, shared, description }: Package,
  made: string,
): Promise<string> {
  const root = `${work}/${name}`;
  const add = async (path: string, content: string | Uint8Array, mode = 0o644) => {
    const target = `${root}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(target, content);
    else await Deno.writeFile(target, content);
    await Deno.chmod(target, mode); // whatever the umask is
  };
  const part = async (file: string) =>
    (await Deno.readTextFile(`${ROOT}packaging/${file}`)).replaceAll("@NAME@", name);
  const doc = (file: string) => Deno.readFile(`${ROOT}${file}`);
  const version = debianVersion();

  await add(`usr/bin/${name}`, await Deno.readFile(`${made}/${name}`), 0o755);
  await add(`usr/lib/systemd/system/${name}.service`, await part(`${name}.service`));
  await add(`usr/lib/sysusers.d/${name}.conf`, await part("sysusers.conf"));
  await add(`usr/lib/tmpfiles.d/${name}.conf`, await part("tmpfiles.conf"));
  await add(`etc/farcap/${program}.conf`, configText(program, table, settings));
  for (const page of pagesOf(name)) {
    const file = `${page.name}.1`;
    await add(`usr/share/man/man1/${file}.gz`, gzip(await doc(`docs/man/${file}`)));
  }
  const bash = await doc(`docs/completion/${name}.bash`);
  await add(`usr/share/bash-completion/completions/${name}`, bash);
  const zsh = await doc(`docs/completion/_${name}`);
  await add(`usr/share/zsh/vendor-completions/_${name}`, zsh);
  for (const file of shared) await add(`usr/share/${name}/${file}`, await doc(`packaging/${file}`));
  const docs = `usr/share/doc/${name}`;
  await add(`${docs}/changelog.gz`, gzip(await doc("CHANGELOG.md")));
  const changes = `${name} (${version}) unstable; urgency=medium\n\n  * See changelog.gz.\n\n` +
    ` -- ${MAINTAINER}  ${new Date().toUTCString().replace("GMT", "+0000")}\n`;
  await add(`${docs}/changelog.Debian.gz`, gzip(new TextEncoder().encode(changes)));
  await add(`${docs}/copyright`, await part("copyright"));
  await add(`usr/share/lintian/overrides/${name}`, await part("lintian-overrides"));

  const size = Math.ceil((await Deno.stat(`${root}/usr/bin/${name}`)).size / 1024) + 256;
  const machine = await elfMachine(`${root}/usr/bin/${name}`);
  if (machine === undefined) throw new Error(`${made}/${name} is no executable for Linux`);
  const architecture = ARCHITECTURES[machine];
  await add(
    "DEBIAN/control",
    `Package: ${name}
Version: ${version}
Architecture: ${architecture}
Maintainer: ${MAINTAINER}
Installed-Size: ${size}
Depends: libc6, libgcc-s1, systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles
${recommends && `Recommends: ${recommends}\n`}Section: net
Priority: optional
${description}`,
  );
  await add("DEBIAN/conffiles", `/etc/farcap/${program}.conf\n`);
  for (const script of ["postinst", "prerm", "postrm"]) {
    await add(`DEBIAN/${script}`, await part(script), 0o755);
  }
  const path = `${folder}/${name}_${version}_${architecture}.deb`;
  await run("dpkg-deb", ["--root-owner-group", "--build", root, path]);
  return path;
}

/** Packages of one version that differ have another revision. */
function debianVersion(): string {
  return `${VERSION.slice(1).replace("-", "~")}-${revision}`;
}

/** As sha256sum writes it, and reads it with `-c`. */
async function checksumLine(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return `${encodeHex(new Uint8Array(digest))}  ${path.slice(path.lastIndexOf("/") + 1)}\n`;
}

function gzip(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 9 });
}

/** Runs a program to its end. */
async function run(command: string, args: readonly string[]): Promise<void> {
  const child = new Deno.Command(command, {
    args: [...args],
    // A higher level takes minutes for a hundredth less.
    env: { DPKG_DEB_COMPRESSOR_TYPE: "xz", DPKG_DEB_COMPRESSOR_LEVEL: "1", ...Deno.env.toObject() },
    stdout: "null",
  }).spawn();
  const { code } = await child.status;
  if (code !== 0) throw new Failed(command, code);
}
