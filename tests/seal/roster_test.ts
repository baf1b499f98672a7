import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import { ConfigError } from "../../lib/base/errors.ts";
import { parseRoster } from "../../lib/seal/roster.ts";
import { formatRosterOptions, parseRosterOptions } from "../../lib/seal/roster_options.ts";
import { Type } from "../../proto/gen/netcap_pb.ts";
import { RosterFile } from "../../lib/seal/roster_file_io.ts";
import { inFolder } from "../programs/program.ts";
import { Said } from "../said.ts";
import { needs, UNIX } from "../needs.ts";

const GATE = "0a".repeat(32);
const HALL = "0b".repeat(32);

Deno.test("a roster has a line for each key: name, box if it may, comments", () => {
  const parsed = parseRoster(
    `# who may send\n\n${GATE} gate\r\n  ${HALL.toUpperCase()}\thall  box # old firmware\n` +
      `${"0c".repeat(32)} gate`,
  );
  assert("roster" in parsed, JSON.stringify(parsed));
  const { roster } = parsed;
  assertEquals(roster.size, 3);
  assertEquals(roster.entryOf(parseHex(GATE)!), { name: "gate", mayUseBox: false });
  assertEquals(roster.entryOf(parseHex(HALL)!), { name: "hall", mayUseBox: true });
  assertEquals(roster.entryOf(new Uint8Array(32)), undefined);
});

Deno.test("behind a name stand what may be sent and how fast, in any order", () => {
  const parsed = parseRoster(
    `${GATE} gate max-rate=100K/s types=UDP,TCP\n${HALL} gate types=TCP,UDP max-rate=102400\n` +
      `${"0c".repeat(32)} old types=Modbus box`,
  );
  assert("roster" in parsed, JSON.stringify(parsed));
  const { roster } = parsed;
  const entry = { name: "gate", mayUseBox: false, types: [Type.NC_UDP, Type.NC_TCP] };
  assertEquals(roster.entryOf(parseHex(GATE)!), { ...entry, maxRate: 100 * 1024 });
  assertEquals(roster.entryOf(parseHex(HALL)!), { ...entry, maxRate: 100 * 1024 });
  const old = roster.entryOf(new Uint8Array(32).fill(0x0c))!;
  assertEquals(old, { name: "old", mayUseBox: true, types: [Type.NC_Modbus] });
  for (const each of [old, { ...entry, maxRate: 1_000_000 }, { mayUseBox: false }]) {
    const { name: _, ...options } = { name: "", ...each };
    assertEquals(parseRosterOptions(formatRosterOptions(options)), { options });
  }
});

Deno.test("what is wrong in a roster is said with its line, and nothing of it holds", () => {
  const wrong: [string, RegExp][] = [
    [`${GATE} gate\nxyz hall`, /^line 2: no key: /],
    [`${GATE.slice(2)} gate`, /^line 1: no key: .*62 hex digits/],
    [GATE, /^line 1: no name/],
    [`${GATE} gate Box`, /^line 1: "Box" behind the name; wanted: box, types=/],
    [`${GATE} gate box box`, /^line 1: "box" behind the name/],
    [`${GATE} gate types=TCP types=UDP`, /^line 1: "types=UDP" behind the name/],
    [`${GATE} gate types=TCPP`, /^line 1: no record type "TCPP"; wanted: TCP$/],
    [`${GATE} gate types=TCP,Header`, /^line 1: no record type "Header"/],
    [`${GATE} gate types=`, /^line 1: no record type ""/],
    [`${GATE} gate max-rate=0`, /^line 1: "max-rate=0"; wanted: bytes per second of 1 or more/],
    [`${GATE} gate max-rate=1Mb`, /^line 1: "max-rate=1Mb"; wanted: /],
    [`${GATE} gate max-rate=1K box`, /^line 1: max-rate= holds for sessions/],
    [`${GATE} gate types=TCP\n${HALL} gate`, /^line 2: other limits than gate has above/],
    [`${GATE} a\n\n${GATE.toUpperCase()} b`, /^line 3: this key is there twice/],
    [`${GATE} ${"é".repeat(128)}`, /^line 1: a name of 256 bytes/],
    [`${GATE} a\u0007b`, /^line 1: a control character/],
  ];
  for (const [text, problem] of wrong) {
    const parsed = parseRoster(text);
    assert("problem" in parsed, text);
    assertMatch(parsed.problem, problem);
  }
});

Deno.test("a file that changes is read again; a wrong or missing one leaves what was, and is said", () =>
  inFolder(async (folder) => {
    const path = `${folder}/sensors`;
    await Deno.writeTextFile(path, `${GATE} gate`);
    const log = new Said();
    let changes = 0;
    using file = await RosterFile.open(path, { log, onChange: () => changes++ });
    const has = (key: string) => file.roster.entryOf(parseHex(key)!) !== undefined;

    await Deno.writeTextFile(path, `${HALL} hall`);
    await file.reload();
    assertEquals([has(GATE), has(HALL), changes], [false, true, 1]);
    await file.reload();
    assertEquals(changes, 1, "nothing has changed");

    await Deno.writeTextFile(path, "nonsense");
    await file.reload();
    await file.reload();
    assertEquals([has(HALL), changes], [true, 1]);
    await Deno.remove(path);
    await file.reload();
    assertEquals(has(HALL), true);
    assertEquals(log.problems.map(([reason]) => reason), ["roster", "roster"], "each once");

    await Deno.writeTextFile(path, `${GATE} gate`);
    await file.reload();
    assertEquals([has(GATE), changes], [true, 2]);
  }));

Deno.test("a roster that is wrong at the start is thrown", () =>
  inFolder(async (folder) => {
    const options = { log: new Said(), onChange: () => {} };
    await assertRejects(() => RosterFile.open(`${folder}/none`, options), ConfigError, "none");
    await Deno.writeTextFile(`${folder}/wrong`, "x");
    const error = await assertRejects(
      () => RosterFile.open(`${folder}/wrong`, options),
      ConfigError,
      "line 1",
    );
    assertEquals(error.code, "roster");
  }));

Deno.test({
  ...needs(
    "a pipe in a roster's place is no roster, at the start and later, and nobody waits for it",
    UNIX,
  ),
  fn: () =>
    inFolder(async (folder) => {
      const log = new Said();
      const options = { log, onChange: () => {} };
      const pipe = `${folder}/pipe`;
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      await assertRejects(() => RosterFile.open(pipe, options), ConfigError, "a pipe or a device");
      const path = `${folder}/sensors`;
      await Deno.writeTextFile(path, `${GATE} gate`);
      using file = await RosterFile.open(path, options);
      await Deno.rename(pipe, path);
      await file.reload();
      assert(file.roster.entryOf(parseHex(GATE)!));
      assert(log.problems[0]![1].includes("a pipe or a device"), log.problems[0]![1]);
    }),
});

Deno.test("a file that is being written does not count before it is whole", () =>
  inFolder(async (folder) => {
    const path = `${folder}/sensors`;
    await Deno.writeTextFile(path, `${GATE} gate\n${HALL} hall\n`);
    let changes = 0;
    using file = await RosterFile.open(path, { log: new Said(), onChange: () => changes++ });
    await Deno.writeTextFile(path, ""); // as an editor begins to write in place
    const reloading = file.reload();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await Deno.writeTextFile(path, `${GATE} gate-2\n`);
    await reloading;
    assertEquals([file.roster.size, changes], [2, 0]);
    await file.reload();
    assertEquals(file.roster.entryOf(parseHex(GATE)!)?.name, "gate-2");
  }));
