/** What becomes of a file that ends torn, or is not ours, before it is appended to. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { MAX_UNSYNCED_BYTES } from "../../../lib/pack/member.ts";
import { inFolder, namesIn } from "./in_folder.ts";
import { readByPython, runPython } from "../read/python.ts";
import { frame, gzipMember, headerRecord, ourFile, ourMember } from "./record_file_bytes.ts";
import { appendTo, MEMBERS, NEXT, WHOLE } from "./recovered_file.ts";
import { LINUX, needs, PYTHON } from "../../needs.ts";

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
  ...needs("files by Python, text and zero bytes are moved aside too", PYTHON),
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
  ...needs("Python and zcat read a file through tears and appends", PYTHON, LINUX),
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

/** Bytes of the members that end within the first `length`. */
function wholePartOf(length: number): number {
  let at = 0;
  for (const member of MEMBERS) {
    if (at + member.length > length) break;
    at += member.length;
  }
  return at;
}
