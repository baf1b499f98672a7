import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { StoreError } from "../../../lib/base/errors.ts";
import { DENO_FILES } from "../../../lib/write/files/deno_files_io.ts";
import { RecordFile } from "../../../lib/write/files/record_file_io.ts";
import { SYSTEM_CLOCK } from "../../../lib/write/files/system_clock_io.ts";
import { inFolder, namesIn } from "./in_folder.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { frame, ourMember } from "./record_file_bytes.ts";
import { appendTo, firstMember, MEMBERS, NEXT, openFile, WHOLE } from "./recovered_file.ts";
import { onSmallDisk } from "./small_disk.ts";
import { needs, SMALL_DISK } from "../../needs.ts";

const IS_LINUX = Deno.build.os === "linux";

Deno.test("a new file begins with its first member and is for its owner only", () =>
  inFolder(async (folder) => {
    const path = `${folder}/xyz/UDP.ncap.gz`;
    const file = await openFile(path);
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

Deno.test("an empty file is begun, and that somebody has emptied it is said", () =>
  inFolder(async (folder) => {
    const { file, after, setAside } = await appendTo(folder, new Uint8Array(0));
    assertEquals([file.isNew, after], [true, concat([MEMBERS[0]!, NEXT])]);
    assertEquals(setAside?.why, `somebody has emptied "${folder}/UDP.ncap.gz"`);
    assertEquals(setAside?.path, `${folder}/UDP.damaged-1.ncap.gz`);
  }));

Deno.test("a file whose length is known is not looked through again", () =>
  inFolder(async (folder) => {
    const path = `${folder}/UDP.ncap.gz`;
    const torn = concat([WHOLE, Uint8Array.of(1)]);
    await Deno.writeFile(path, torn);
    const known = await RecordFile.open(DENO_FILES, path, {
      firstMember,
      knownLength: torn.length,
      clock: SYSTEM_CLOCK,
    });
    known.close();
    assertEquals(known.setAside, undefined);
    const changed = await RecordFile.open(DENO_FILES, path, {
      firstMember,
      knownLength: WHOLE.length,
      clock: SYSTEM_CLOCK,
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
      const file = await openFile(`${folder}/UDP.ncap.gz`);
      file.close();
      const { path, isDamaged } = file.setAside!;
      assertEquals([path, isDamaged], [`${folder}/UDP.damaged-${n + 1}.ncap.gz`, true]);
      assertEquals(await Deno.readFile(path), bytes);
      assertEquals(await Deno.readFile(`${folder}/UDP.ncap.gz`), MEMBERS[0]!);
    }
  }));

Deno.test({
  ...needs(
    "a full disk is named; the file keeps what it held and goes on when there is room",
    SMALL_DISK,
  ),
  fn: () =>
    onSmallDisk(16, async (folder) => {
      const file = await openFile(`${folder}/UDP.ncap.gz`);
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
  ...needs(
    "a full disk leaves no file without its first member, which nobody could read",
    SMALL_DISK,
  ),
  fn: () =>
    onSmallDisk(16, async (folder) => {
      await Deno.mkdir(`${folder}/xyz`);
      const rest = await Deno.open(`${folder}/rest`, { write: true, create: true });
      using _rest = rest;
      await assertRejects(async () => {
        while (true) await rest.write(new Uint8Array(4096));
      });
      const error = await assertRejects(() => openFile(`${folder}/xyz/UDP.ncap.gz`), StoreError);
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
      const file = await openFile(path);
      await file.append([NEXT]);
      assertEquals(await file.isInPlace(), true);
      await change();
      assertEquals(await file.isInPlace(), false, `${change}`);
      file.close();
    }
  }));

Deno.test("a sync that fails is not tried again", async () => {
  const disk = new MemoryDisk();
  const file = await RecordFile.open(disk, "/xyz/UDP.ncap.gz", {
    firstMember,
    clock: SYSTEM_CLOCK,
  });
  disk.faultAt = (_step, what) => what.startsWith("syncData") ? "EIO" : undefined;
  const error = await assertRejects(() => file.append([NEXT]), StoreError, "Cannot sync");
  assertEquals(error.code, "sync-failed");
  disk.faultAt = () => undefined;
  assertEquals(await assertRejects(() => file.append([NEXT]), StoreError), error);
  file.close();
});

Deno.test("a file that cannot be cut back takes nothing more", async () => {
  const disk = new MemoryDisk();
  const file = await RecordFile.open(disk, "/xyz/UDP.ncap.gz", {
    firstMember,
    clock: SYSTEM_CLOCK,
  });
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
      await assertRejects(() =>
        RecordFile.open(disk, "/xyz/UDP.ncap.gz", { firstMember, clock: SYSTEM_CLOCK })
      );
      const left = disk.afterPowerCut(() => 0.99).files.get("/xyz/UDP.ncap.gz");
      if (left) assertEquals(left, MEMBERS[0]);
    }
  }
});

Deno.test("a folder in place of the file makes way", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/UDP.ncap.gz`);
    const file = await openFile(`${folder}/UDP.ncap.gz`);
    file.close();
    assertEquals(file.setAside, {
      path: `${folder}/UDP.foreign-1.ncap.gz`,
      why: `"${folder}/UDP.ncap.gz" was a folder`,
      isDamaged: false,
    });
  }));
