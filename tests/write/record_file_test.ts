import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { StoreError } from "../../lib/base/errors.ts";
import { concat } from "../../lib/base/bytes.ts";
import { MAX_UNSYNCED_BYTES } from "../../lib/pack/member.ts";
import { DENO_FILES } from "../../lib/write/deno_files_io.ts";
import { RecordFile } from "../../lib/write/record_file_io.ts";
import { recoverClient } from "../../lib/write/recovery_io.ts";
import type { SetAside } from "../../lib/write/set_aside_io.ts";
import { inFolder } from "./in_folder.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { canMakeDisk, onSmallDisk } from "./small_disk.ts";
import { canRunPython, readByPython, runPython } from "./python.ts";
import {
  batchMember,
  frame,
  gzipMember,
  headerRecord,
  ourFile,
  ourMember,
} from "./record_file_bytes.ts";

const ORIGINAL = new URL("../../../shared/captures/original/files/DNS.ncap.gz", import.meta.url);
const IS_LINUX = Deno.build.os === "linux";

/** A file with its header and three batches, and where its members begin and end. */
const MEMBERS = [ourMember(headerRecord()), ...[[1n, 2n], [3n], [4n, 5n, 6n]].map(batchMember)];
const WHOLE = concat(MEMBERS);
const NEXT = batchMember([7n]);

Deno.test("a new file begins with its first member and is for its owner only", () =>
  inFolder(async (folder) => {
    const path = `${folder}/xyz/UDP.ncap.gz`;
    const file = await open(path);
    await file.append([NEXT]);
    file.close();
    assertEquals([file.isNew, file.setAside], [true, undefined]);
    assertEquals(await Deno.readFile(path), concat([MEMBERS[0]!, NEXT]));
    if (!IS_LINUX) return;
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertEquals((await Deno.stat(`${folder}/xyz`)).mode! & 0o777, 0o700);
  }));

Deno.test("a file of ours is appended to", () =>
  inFolder(async (folder) => {
    const { file, after } = await appendTo(folder, WHOLE);
    assertEquals([file.isNew, file.setAside], [false, undefined]);
    assertEquals(after, concat([WHOLE, NEXT]));
    assertEquals(await namesIn(folder), ["UDP.ncap.gz"]);
  }));

Deno.test("an empty file is begun", () =>
  inFolder(async (folder) => {
    const { file, after } = await appendTo(folder, new Uint8Array(0));
    assertEquals([file.isNew, file.setAside], [true, undefined]);
    assertEquals(after, concat([MEMBERS[0]!, NEXT]));
  }));

Deno.test("a file that is cut anywhere goes on behind its last whole member; the torn end is kept", () =>
  inFolder(async (folder) => {
    for (let length = 1; length < WHOLE.length; length++) {
      const kept = wholePartOf(length);
      const cut = WHOLE.subarray(0, length);
      const { file, after, aside, setAside } = await appendTo(`${folder}/${length}`, cut);
      const start = kept === 0 ? MEMBERS[0]! : WHOLE.subarray(0, kept);
      assertEquals(after, concat([start, NEXT]), `cut after ${length} bytes`);
      assertEquals(file.isNew, kept === 0);
      if (kept === length) {
        assertEquals(setAside, undefined);
      } else {
        assertEquals(aside, WHOLE.subarray(kept, length), `cut after ${length} bytes`);
      }
    }
  }));

Deno.test("a tail of zero bytes is torn, however long", () =>
  inFolder(async (folder) => {
    for (const length of [1, 8, 87, 88, 4096, 100_000]) {
      const zeros = new Uint8Array(length);
      const { after, aside } = await appendTo(`${folder}/${length}`, concat([WHOLE, zeros]));
      assertEquals(after, concat([WHOLE, NEXT]));
      assertEquals(aside, zeros);
    }
  }));

Deno.test("a last member with zero bytes in place of its end is torn", () =>
  inFolder(async (folder) => {
    const at = WHOLE.length - MEMBERS.at(-1)!.length;
    for (let zeroAt = at; zeroAt < WHOLE.length - 1; zeroAt++) {
      const torn = WHOLE.slice().fill(0, zeroAt);
      if (torn.every((byte, i) => byte === WHOLE[i])) continue; // its length ends with zeros anyway
      const { after, aside } = await appendTo(`${folder}/${zeroAt}`, torn);
      assertEquals(after, concat([WHOLE.subarray(0, at), NEXT]), `zeros from ${zeroAt}`);
      assertEquals(aside, torn.subarray(at));
    }
  }));

Deno.test("a changed byte in the last member makes it torn", () =>
  inFolder(async (folder) => {
    const at = WHOLE.length - MEMBERS.at(-1)!.length;
    for (let changedAt = at; changedAt < WHOLE.length; changedAt++) {
      const changed = WHOLE.slice();
      changed[changedAt]! ^= 0xff;
      const { after, aside } = await appendTo(`${folder}/${changedAt}`, changed);
      assertEquals(after, concat([WHOLE.subarray(0, at), NEXT]), `byte ${changedAt}`);
      assertEquals(aside, changed.subarray(at));
    }
  }));

Deno.test("a page missing in what the last write wrote is found under whole members behind it", () =>
  inFolder(async (folder) => {
    const middle = WHOLE.length - MEMBERS[3]!.length - 12;
    const torn = WHOLE.slice().fill(0, middle, middle + 8);
    const { after, aside, setAside } = await appendTo(folder, torn);
    const kept = MEMBERS[0]!.length + MEMBERS[1]!.length;
    assertEquals(after, concat([WHOLE.subarray(0, kept), NEXT]));
    assertEquals(aside, torn.subarray(kept));
    assertStringIncludes(setAside!.why, `the last ${WHOLE.length - kept} bytes`);
    assertStringIncludes(setAside!.why, "damaged");
  }));

Deno.test("bodies that were synced long ago are not read again, headers are", () =>
  inFolder(async (folder) => {
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    const large = ourMember(frame(noise), { count: 1 });
    const behind = Array.from({ length: 20 }, () => large); // more than MAX_UNSYNCED_BYTES
    const file = concat([...MEMBERS, ...behind]);
    assertEquals(large.length * behind.length > MAX_UNSYNCED_BYTES, true);

    const bodyAt = MEMBERS[0]!.length + 90;
    const badBody = file.slice();
    badBody[bodyAt]! ^= 0xff;
    const body = await appendTo(`${folder}/body`, badBody);
    assertEquals(body.after, concat([badBody, NEXT]));

    const badHeader = file.slice();
    badHeader[MEMBERS[0]!.length + 30]! ^= 0xff;
    const header = await appendTo(`${folder}/header`, badHeader);
    assertEquals(header.after, concat([MEMBERS[0]!, NEXT]));
    assertEquals(header.aside, badHeader.subarray(MEMBERS[0]!.length));
  }));

Deno.test("whole members behind a torn one are not searched for: they may be a sensor's bytes", () =>
  inFolder(async (folder) => {
    const torn = concat([MEMBERS[0]!, MEMBERS[2]!.subarray(0, 100), MEMBERS[1]!]);
    const { after, aside } = await appendTo(folder, torn);
    assertEquals(after, concat([MEMBERS[0]!, NEXT]));
    assertEquals(aside, torn.subarray(MEMBERS[0]!.length));
  }));

Deno.test("nothing set aside is ever overwritten", () =>
  inFolder(async (folder) => {
    for (let n = 1; n <= 3; n++) {
      const torn = await appendTo(folder, concat([WHOLE, Uint8Array.of(n)]));
      assertEquals(torn.setAside?.path, `${folder}/UDP.ncap.gz.torn-${n}`);
    }
    for (let n = 1; n <= 3; n++) {
      const foreign = await appendTo(
        folder,
        gzipMember(concat([headerRecord(), frame(Uint8Array.of(8, n))])),
      );
      assertEquals(foreign.setAside?.path, `${folder}/UDP.foreign-${n}.ncap.gz`);
    }
    for (let n = 1; n <= 3; n++) {
      assertEquals(await Deno.readFile(`${folder}/UDP.ncap.gz.torn-${n}`), Uint8Array.of(n));
    }
    assertEquals((await namesIn(folder)).length, 7);
  }));

Deno.test({
  name: "the original's own file is moved aside whole and a new one begun",
  ignore: !exists(ORIGINAL),
  fn: () =>
    inFolder(async (folder) => {
      const original = await Deno.readFile(ORIGINAL);
      const { file, after, aside } = await appendTo(folder, original);
      assertEquals(file.isNew, true);
      assertEquals(after, concat([MEMBERS[0]!, NEXT]));
      assertEquals(aside, original);
      assertStringIncludes(file.setAside!.why, "another program");
    }),
});

Deno.test({
  name: "files by Python, text and zero bytes are moved aside too",
  ignore: !canRunPython,
  fn: () =>
    inFolder(async (folder) => {
      const foreign = [
        await runPython("import gzip; put(gzip.compress(b'x' * 300))"),
        await runPython("import gzip; put(gzip.compress(b''))"),
        new TextEncoder().encode("not even gzip"),
        new Uint8Array(4096),
      ];
      for (const [n, bytes] of foreign.entries()) {
        const { after, aside } = await appendTo(`${folder}/${n}`, bytes);
        assertEquals(after, concat([MEMBERS[0]!, NEXT]));
        assertEquals(aside, bytes);
      }
    }),
});

Deno.test({
  name: "Python and zcat read a file through tears and appends",
  ignore: !canRunPython || !IS_LINUX,
  fn: () =>
    inFolder(async (folder) => {
      const { path } = await appendTo(folder, ourFile([[1n], [2n]]).subarray(0, -3));
      const view = await readByPython(path);
      // Field 1 is the time, field 2 the port: worked out by hand.
      assertEquals(view.records, ["08011001", "08071001"]);
      const zcat = new Deno.Command("zcat", { args: [path], stdout: "piped" });
      const { success, stdout } = await zcat.output();
      assertEquals(success, true);
      assertEquals(stdout.length, headerRecord().length + 2 * 5);
    }),
});

Deno.test("a file whose length is known is not looked through again", () =>
  inFolder(async (folder) => {
    const path = `${folder}/UDP.ncap.gz`;
    const torn = concat([WHOLE, Uint8Array.of(1)]);
    await Deno.writeFile(path, torn);
    const known = await RecordFile.open(DENO_FILES, path, {
      firstMember,
      knownLength: torn.length,
    });
    known.close();
    assertEquals(known.setAside, undefined);
    const changed = await RecordFile.open(DENO_FILES, path, {
      firstMember,
      knownLength: WHOLE.length,
    });
    changed.close();
    assertEquals(changed.setAside?.path, `${folder}/UDP.damaged-1.ncap.gz`);
  }));

Deno.test("a file that is not whole though it has been recovered is never cut: it is moved aside whole", () =>
  inFolder(async (folder) => {
    const badBody = WHOLE.slice();
    badBody[MEMBERS[0]!.length + 90]! ^= 0xff;
    const changes = [badBody, WHOLE.subarray(0, -1), concat([WHOLE, Uint8Array.of(1)])];
    for (const [n, bytes] of changes.entries()) {
      await Deno.writeFile(`${folder}/UDP.ncap.gz`, bytes);
      const file = await open(`${folder}/UDP.ncap.gz`);
      file.close();
      const { path, isDamaged } = file.setAside!;
      assertEquals([path, isDamaged], [`${folder}/UDP.damaged-${n + 1}.ncap.gz`, true]);
      assertEquals(await Deno.readFile(path), bytes);
      assertEquals(await Deno.readFile(`${folder}/UDP.ncap.gz`), MEMBERS[0]!);
    }
  }));

Deno.test({
  name: "a full disk is named; the file keeps what it held and goes on when there is room",
  ignore: !canMakeDisk,
  fn: () =>
    onSmallDisk(16, async (folder) => {
      const file = await open(`${folder}/UDP.ncap.gz`);
      await file.append([NEXT]);
      const tooMuch = ourMember(frame(crypto.getRandomValues(new Uint8Array(20_000))));
      const error = await assertRejects(() => file.append([tooMuch]), StoreError);
      assertEquals(error.code, "disk-full");
      assertStringIncludes(error.message, `UDP.ncap.gz": the disk is full`);
      assertStringIncludes(error.message, "what was stored before is whole");
      assertEquals(error.message.includes("\n"), false);
      assertEquals(await Deno.readFile(`${folder}/UDP.ncap.gz`), concat([MEMBERS[0]!, NEXT]));
      await file.append([NEXT]);
      file.close();
      assertEquals(await Deno.readFile(`${folder}/UDP.ncap.gz`), concat([MEMBERS[0]!, NEXT, NEXT]));
    }),
});

Deno.test({
  name: "a full disk leaves no file without its first member, which nobody could read",
  ignore: !canMakeDisk,
  fn: () =>
    onSmallDisk(16, async (folder) => {
      await Deno.mkdir(`${folder}/xyz`);
      const rest = await Deno.open(`${folder}/rest`, { write: true, create: true });
      using _rest = rest;
      await assertRejects(async () => {
        while (true) await rest.write(new Uint8Array(4096));
      });
      const error = await assertRejects(() => open(`${folder}/xyz/UDP.ncap.gz`), StoreError);
      assertEquals(error.code, "disk-full");
      assertEquals(await namesIn(`${folder}/xyz`), []);
    }),
});

Deno.test("a file knows whether it is still the one at its path", () =>
  inFolder(async (folder) => {
    const path = `${folder}/UDP.ncap.gz`;
    const changes: readonly (() => Promise<void>)[] = [
      () => Deno.remove(path),
      () => Deno.rename(path, `${folder}/moved`),
      () => Deno.truncate(path, 100),
      () => Deno.writeFile(path, Uint8Array.of(1), { append: true }),
      async () => {
        await Deno.copyFile(path, `${folder}/copy`);
        await Deno.rename(`${folder}/copy`, path);
      },
    ];
    for (const change of changes) {
      const file = await open(path);
      await file.append([NEXT]);
      assertEquals(await file.isInPlace(), true);
      await change();
      assertEquals(await file.isInPlace(), false, `${change}`);
      file.close();
    }
  }));

Deno.test("a sync that fails is not tried again", async () => {
  const disk = new MemoryDisk();
  const file = await RecordFile.open(disk, "/xyz/UDP.ncap.gz", { firstMember });
  disk.faultAt = (_step, what) => what.startsWith("syncData") ? "EIO" : undefined;
  const error = await assertRejects(() => file.append([NEXT]), StoreError, "Cannot sync");
  assertEquals(error.code, "sync-failed");
  disk.faultAt = () => undefined;
  assertEquals(await assertRejects(() => file.append([NEXT]), StoreError), error);
  file.close();
});

Deno.test("a file that cannot be cut back takes nothing more", async () => {
  const disk = new MemoryDisk();
  const file = await RecordFile.open(disk, "/xyz/UDP.ncap.gz", { firstMember });
  disk.faultAt = (_step, what) => /^(write|truncate)/.test(what) ? "ENOSPC" : undefined;
  const error = await assertRejects(() => file.append([NEXT]), StoreError, "a torn end");
  assertEquals(error.code, "write-failed");
  disk.faultAt = () => undefined;
  assertEquals(await assertRejects(() => file.append([NEXT]), StoreError), error);
  file.close();
});

Deno.test("a file has its name only when its first member is on disk", async () => {
  for (const fault of ["before", "after", "half"] as const) {
    for (let at = 0; at < 5; at++) {
      const disk = new MemoryDisk();
      disk.faultAt = (step) => step === at ? fault : undefined;
      await assertRejects(() => RecordFile.open(disk, "/xyz/UDP.ncap.gz", { firstMember }));
      const left = disk.afterPowerCut(() => 0.99).files.get("/xyz/UDP.ncap.gz");
      if (left) assertEquals(left, MEMBERS[0]);
    }
  }
});

Deno.test("a folder in place of the file is reported", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/UDP.ncap.gz`);
    await assertRejects(() => open(`${folder}/UDP.ncap.gz`), StoreError, `Cannot open "${folder}`);
  }));

function firstMember(): Uint8Array {
  return MEMBERS[0]!;
}

function open(path: string): Promise<RecordFile> {
  return RecordFile.open(DENO_FILES, path, { firstMember });
}

interface Appended {
  readonly path: string;
  readonly file: RecordFile;
  /** What the file holds after one more batch. */
  readonly after: Uint8Array;
  readonly aside?: Uint8Array;
  readonly setAside?: SetAside;
}

/** Recovers and opens a file that holds `before` and appends a batch. */
async function appendTo(folder: string, before: Uint8Array): Promise<Appended> {
  await Deno.mkdir(folder, { recursive: true });
  const path = `${folder}/UDP.ncap.gz`;
  await Deno.writeFile(path, before);
  const recovered = await recoverClient(DENO_FILES, folder);
  const file = await open(path);
  await file.append([NEXT]);
  file.close();
  const setAside = recovered.setAside[0] ?? file.setAside;
  const aside = setAside && await Deno.readFile(setAside.path);
  return { path, file, after: await Deno.readFile(path), aside, setAside };
}

/** Bytes of the members that end within the first `length`. */
function wholePartOf(length: number): number {
  let at = 0;
  for (const member of MEMBERS) {
    if (at + member.length > length) break;
    at += member.length;
  }
  return at;
}

async function namesIn(folder: string): Promise<string[]> {
  const names = [];
  for await (const { name } of Deno.readDir(folder)) names.push(name);
  return names;
}

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url).isFile;
  } catch {
    return false;
  }
}
