/**
 * The layer check: refuses a tree whose imports do not point left, or that touches the world outside
 * the files that may (CONTRIBUTING.md, Rules of the tree). It prints `file:line: what; why` for each
 * violation and exits with 1 when there is one.
 *
 *     deno run --allow-read tools/checks/check_layers.ts [ROOT]
 */
import { lineAt, scanSource, type Source } from "./scan_source.ts";

/** One broken rule. */
export interface Violation {
  file: string;
  line: number;
  what: string;
  why: string;
}

/** Checks the TypeScript files of a project, given as path below its root → text. */
export function checkLayers(files: ReadonlyMap<string, string>): Violation[] {
  return [...files]
    .filter(([path]) => path.endsWith(".ts"))
    .flatMap(([path, text]) => checkFile(path, text));
}

/** A violation's offset in the text, and its two halves of the message. */
type Finding = [at: number, what: string, why: string];

function checkFile(path: string, text: string): Violation[] {
  const source = scanSource(text);
  const findings: Finding[] = [
    ...placeFindings(path),
    ...importFindings(path, source),
    ...exportFindings(path, source),
    ...worldFindings(path, source),
    ...loadFindings(path, source),
    ...skipFindings(path, source),
  ];
  return findings
    .sort(([a], [b]) => a - b)
    .map(([at, what, why]) => ({ file: path, line: lineAt(text, at), what, why }));
}

/** `lib/` has one folder per stage; what drives the stages lies beside them. */
function* placeFindings(path: string): Iterable<Finding> {
  if (/^lib\/[^/]+$/.test(path) && !isRun(path)) {
    yield [0, "a file directly in lib/", "only run_*_io.ts lie there, all else belongs to a stage"];
  }
  const room = roomOf(path);
  if (room !== undefined && ROOMS[stageOf(path)!]?.[room] === undefined) {
    yield [0, `a file in the room ${room}/`, "ROOMS in tools/checks/check_layers.ts has the rooms"];
  }
}

function* importFindings(path: string, { imports }: Source): Iterable<Finding> {
  for (const { at, specifier } of imports) {
    const target = resolve(path, specifier);
    const why = target === undefined
      ? packageRefusal(path, specifier)
      : targetRefusal(path, target) ?? layerRefusal(path, target);
    if (why !== undefined) yield [at, `imports ${target ?? specifier}`, why];
  }
}

/** Path below the root that a relative specifier means; undefined for packages. */
function resolve(path: string, specifier: string): string | undefined {
  if (!/^\.{0,2}\//.test(specifier)) return undefined;
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

/** Who may import a package; tests may import every one. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  "@farcap/farcap": /^examples\//,
  "@bufbuild/protobuf": /^(lib|proto|tools)\//,
  "@std/assert": /^(?!)/,
  "@std/cli": /^lib\/arguments\/flags\.ts$/,
  "@std/streams": /^(lib|tools)\/|^(sensor|collector)\.ts$/,
  // The engine's own clients: its protocol, TLS and accounts are not ours to write again.
  "@nats-io/jetstream": /^lib\/write\/nats\/\w+_io\.ts$/,
  "@nats-io/transport-node": /^lib\/write\/nats\/\w+_io\.ts$/,
  "hyparquet-writer": /^lib\/write\/export\/parquet_\w+_io\.ts$/,
  "oui-data": /^lib\/write\/devices\/ieee_list\.ts$/,
  "tweetnacl": /^lib\/seal\//,
};

/** Built-in modules that neither touch the world nor keep state. */
const PURE_BUILTINS = ["node:assert", "node:buffer", "node:util", "node:zlib"];
/** The pure files that may use functions of `node:crypto` (docs/adr/0005-digest.md, 0009-key-agreement.md): digests, X25519, comparing in constant time, and what opens QUIC's Initial packets. */
const CRYPTO_USERS = [
  "lib/follow/community_id.ts",
  "lib/follow/netcap_uid.ts",
  "lib/follow/streams/crypto.ts",
  "lib/gather/redact/crypto_pan.ts",
  "lib/gather/redact/pseudonyms.ts",
  "lib/pack/digest.ts",
  "lib/seal/access/enrol_token.ts",
  "lib/seal/key.ts",
  "lib/seal/shared_key.ts",
  "lib/www/page_sessions.ts",
];

function packageRefusal(path: string, specifier: string): string | undefined {
  if (path.startsWith("tests/")) return undefined;
  if (specifier.startsWith("node:")) {
    if (CRYPTO_USERS.includes(path) && specifier === "node:crypto") return undefined;
    return isPure(path) && !PURE_BUILTINS.includes(specifier)
      ? "pure files use no built-in module that touches the world"
      : undefined;
  }
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const owner = PACKAGES[name];
  if (owner === undefined) {
    return "packages are imported by their name in deno.json and have their place in this check";
  }
  return owner.test(path) ? undefined : `only ${PLACE_NAMES[name] ?? "lib/ and tools/"} may`;
}

const PLACE_NAMES: Readonly<Record<string, string>> = {
  "@farcap/farcap": "examples/",
  "@std/assert": "tests/",
  "@nats-io/jetstream": "lib/write/nats/",
  "@nats-io/transport-node": "lib/write/nats/",
  "@std/cli": "lib/arguments/flags.ts",
  "hyparquet-writer": "lib/write/export/",
  "oui-data": "lib/write/devices/",
  "tweetnacl": "lib/seal/",
};

/** What the imported file allows. */
function targetRefusal(path: string, target: string): string | undefined {
  const [from, to] = [top(path), top(target)];
  if (from === "tests") return undefined;
  if ((to === "tests" || to === "tools") && from !== "tools") return "it is no part of the product";
  if (PROGRAMS.includes(target)) return "programs are started, not imported";
  if (isEntry(target)) {
    return isEntry(path) ? undefined : "mod.ts and mod/ are for those who use Farcap from outside";
  }
  if (to === "std") return "stand-ins are imported by the name of the package they stand for";
  if (isRun(target) && !isRunner(path)) {
    return "run_*_io.ts are imported by the programs and mod.ts only";
  }
  if (to === "ffi" && from !== "ffi" && !/^lib\/capture\/[^/]+_io\.ts$/.test(path)) {
    return "ffi/ is imported by lib/capture/*_io.ts only";
  }
  if (isPure(path) && target.endsWith("_io.ts")) {
    return "pure files import no *_io.ts; pass in what it gives";
  }
  return undefined;
}

/** What the importing file may: only what lies to its left. */
function layerRefusal(path: string, target: string): string | undefined {
  const [from, to] = [top(path), top(target)];
  if (from === "proto" || from === "std") {
    return to === from ? undefined : `${from}/ imports nothing of ours`;
  }
  if (from === "ffi") {
    return to === "ffi" || stageOf(target) === "base" ? undefined : "ffi/ knows lib/base/ only";
  }
  const [stage, other] = [stageOf(path), stageOf(target)];
  if (stage === undefined || other === undefined) return undefined;
  if (stage === other) return roomRefusal(path, target);
  return other === "base" || (other < stage && stage !== "base")
    ? undefined
    : stage === "base"
    ? "base/ is for all, and imports no stage"
    : `imports point left, and ${other}/ is to the right of ${stage}/`;
}

/** The rooms of a stage, each with those of its stage that it may import besides the stage's own files. */
const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  base: {
    bytes: [],
    count: [],
    wait: [],
    text: ["bytes"],
    record: ["bytes", "text"],
    program: ["bytes", "text"],
  },
  decode: {
    link: [],
    discovery: [],
    tunnel: ["link"],
    network: ["tunnel"],
    routing: [],
    transport: ["network"],
    application: [],
    plant: [],
  },
  follow: { streams: [] },
  gather: { compact: [], redact: [] },
  seal: { access: [] },
  transport: {
    box: [],
    http: [],
    metrics: [],
    quic: [],
    session: [],
    sender: ["quic", "session"],
    server: ["quic", "session"],
    access: ["quic", "sender", "session"],
    ledger: ["sender"],
  },
  write: {
    access: ["files"],
    acts: ["access", "files"],
    alarms: ["books", "files"],
    books: [],
    files: ["books"],
    counts: ["alarms", "files"],
    query: [],
    read: ["files", "query"],
    spool: ["files"],
    table: ["files"],
    ledger: ["books", "files", "read"],
    devices: ["read"],
    export: ["files", "read"],
    nats: ["access", "books", "counts", "files", "ledger", "query", "read"],
  },
  www: { page: [] },
};
/** The file of a stage that puts its rooms together. */
const ROOM_USERS: Readonly<Record<string, string>> = {
  decode: "lib/decode/registry.ts",
  gather: "lib/gather/pipeline_io.ts",
  www: "lib/www/page_files.ts",
};

/** Within a stage: a room imports the stage's own files, and the rooms that the table allows. */
function roomRefusal(path: string, target: string): string | undefined {
  const [from, to] = [roomOf(path), roomOf(target)];
  const stage = stageOf(path)!;
  const user = ROOM_USERS[stage];
  if (to === undefined || from === to || path === user) return undefined;
  if (from === undefined) return `only ${user ?? "other rooms"} imports rooms of its own stage`;
  return ROOMS[stage]?.[from]?.includes(to)
    ? undefined
    : `the room ${from}/ may not import ${to}/; see ROOMS in tools/checks/check_layers.ts`;
}

function* exportFindings(path: string, { code, imports }: Source): Iterable<Finding> {
  const named = "every export has its own name";
  for (const { index } of code.matchAll(/^export\s+default\b/gm)) {
    yield [index, "a default export", named];
  }
  const imported = new Set(imports.flatMap((it) => it.names));
  for (const { index, 1: list = "" } of code.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}/gm)) {
    for (const part of list.split(",").map((part) => part.trim().replace(/^type\s+/, ""))) {
      if (/\sas\s+default$/.test(part)) yield [index, "a default export", named];
      const name = part.split(/\s/)[0]!;
      if (imported.has(name) && !isEntry(path)) yield [index, `re-exports ${name}`, REEXPORTS];
    }
  }
  for (const { at, specifier, reexport } of imports) {
    if (reexport && !isEntry(path)) yield [at, `re-exports from ${specifier}`, REEXPORTS];
  }
}

const REEXPORTS = "only mod.ts and mod/ re-export; import things from where they are made";

function* worldFindings(path: string, { code }: Source): Iterable<Finding> {
  if (!isPure(path)) return;
  for (const [pattern, why] of WORLD) {
    for (const { index, 0: name } of code.matchAll(pattern)) {
      yield [index, `uses ${name.replaceAll(/\s+/g, " ")}`, why];
    }
  }
}

const MOVE = "; move it to a *_io.ts file";

/** Names through which code sees or changes the world, and why a pure file has none of them. */
const WORLD: readonly (readonly [RegExp, string])[] = [
  [global("Deno\\b"), "pure files do not touch the world" + MOVE],
  [
    global("(?:console|localStorage|navigator|process)\\."),
    "pure files do not touch the world" + MOVE,
  ],
  [global("(?:fetch|WebSocket|Worker)\\("), "pure files do not touch the world" + MOVE],
  [global("(?:Date|performance)\\.(?:now|timeOrigin)\\b"), "the time is a parameter"],
  [global("Temporal\\.Now\\b"), "the time is a parameter"],
  [global("new\\s+Date\\b(?!\\s*\\(\\s*[^\\s)])"), "the time is a parameter"],
  [global("(?:setTimeout|setInterval)\\b"), "pure files have no timers" + MOVE],
  [global("Math\\.random\\b"), "random bytes are a parameter"],
  [/\b(?:getRandomValues|randomUUID|randomBytes|generateKey)\b/g, "random bytes are a parameter"],
  [/\bkeyPair\s*\(/g, "random bytes are a parameter"],
];

/** A global's name, alone or behind `globalThis.`, but not a property of something else. */
function global(pattern: string): RegExp {
  return new RegExp(`(?<![\\w$#])(?<!(?<!\\bglobalThis)\\.)${pattern}`, "g");
}

/**
 * Loading a module must do nothing but build its constants. Formatted code starts every statement,
 * and only statements and closing brackets, in the first column.
 */
function* loadFindings(path: string, { code }: Source): Iterable<Finding> {
  if (!/^(ffi|lib|std)\/|^mod\.ts$/.test(path) || /^lib\/.+_worker_io\.ts$/.test(path)) {
    return;
  }
  for (const { index, 0: word } of code.matchAll(/^[^\s)\]}>`](?:[\w$]*)/gm)) {
    if (DECLARATIONS.has(word)) continue;
    yield [index, `does something when loaded (${word}…)`, "only the worker's module may"];
  }
}

const DECLARATIONS = new Set(
  "abstract async class const declare enum export function import interface let type".split(" "),
);

/** A test that is left out says what it lacks. */
function* skipFindings(path: string, { code }: Source): Iterable<Finding> {
  if (!path.startsWith("tests/") || /^tests\/needs(_test)?\.ts$/.test(path)) return;
  for (const { index } of code.matchAll(/\bignore\b/g)) {
    yield [index, "leaves a test out", "needs() of tests/needs.ts does, and says what it lacks"];
  }
}

const PROGRAMS = ["sensor.ts", "collector.ts"];

/** `lib/run_*_io.ts`: the two halves of the diagram. */
function isRun(path: string): boolean {
  return /^lib\/run_\w+_io\.ts$/.test(path);
}

/** What others import: the library, and parts of it. */
function isEntry(path: string): boolean {
  return path === "mod.ts" || top(path) === "mod";
}

function isRunner(path: string): boolean {
  return PROGRAMS.includes(path) || path === "mod.ts" || top(path) === "tools";
}

/** Files of lib/ that are functions and state machines, and nothing else. */
function isPure(path: string): boolean {
  return path.startsWith("lib/") && !path.endsWith("_io.ts");
}

/** `lib` of `lib/base/x.ts`. */
function top(path: string): string {
  return path.split("/")[0]!;
}

/** `base` of `lib/base/x.ts`; undefined outside the stages. */
function stageOf(path: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(path)?.[1];
}

/** `link` of `lib/decode/link/x.ts`; undefined for a stage's own files. */
function roomOf(path: string): string | undefined {
  return /^lib\/[^/]+\/([^/]+)\//.exec(path)?.[1];
}

/** The project's TypeScript files, without what others made. */
async function readTree(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  async function visit(below: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(`${root}/${below}`)) {
      const path = below + name;
      if (isDirectory && !/^(\.|node_modules$)/.test(name)) await visit(`${path}/`);
      else if (name.endsWith(".ts")) files.set(path, await Deno.readTextFile(`${root}/${path}`));
    }
  }
  await visit("");
  return new Map([...files].sort(([a], [b]) => a < b ? -1 : 1));
}

if (import.meta.main) {
  const root = Deno.args[0] ?? `${import.meta.dirname}/../..`;
  const files = await readTree(root.replace(/\/$/, ""));
  const violations = checkLayers(files);
  for (const { file, line, what, why } of violations) {
    console.log(`${file}:${line}: ${what}; ${why}`);
  }
  if (files.size === 0) console.log(`${root} has no TypeScript files; wanted the project's folder`);
  if (violations.length > 0 || files.size === 0) Deno.exit(1);
}
