/** What a store says of itself in its folder, and what newer builds have said there. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { crc32 } from "node:zlib";
import { concat, encodeHex } from "../../../lib/base/bytes/bytes.ts";
import { StoreError } from "../../../lib/base/errors.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { ALICE_TCP, openStore, storedDisk } from "./memory_store.ts";
import { ourMember } from "./record_file_bytes.ts";
import { batchOf } from "./text_batches.ts";
import { TCP } from "./session_sensor.ts";

const FILE = "/out/.store";

function textOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

Deno.test("the id of a folder is made once, and another folder has another one", async () => {
  const disk = new MemoryDisk();
  const ids: string[] = [];
  for (let n = 0; n < 2; n++) {
    await using store = await openStore(disk);
    ids.push(encodeHex(store.id));
  }
  assertEquals(ids[0], ids[1]);
  assertEquals(textOf(disk.files.get(FILE)), `farcap 2 ${ids[0]}\n`);
  await using other = await openStore(new MemoryDisk());
  assert(encodeHex(other.id) !== ids[0]);
});

Deno.test("what an id is stands first; what else a newer build has to say is behind it", async () => {
  const disk = new MemoryDisk();
  const id = "000102030405060708090a0b0c0d0e0f";
  disk.put(FILE, new TextEncoder().encode(`farcap 1 ${id}\nmore 7\n`));
  await using store = await openStore(disk);
  assertEquals(encodeHex(store.id), id);
});

Deno.test("a damaged id is no id: sensors would take the folder for another one", async () => {
  for (const text of ["", "farcap 2 00\n", "farcap x 000102030405060708090a0b0c0d0e0f\n"]) {
    const disk = new MemoryDisk();
    disk.put(FILE, new TextEncoder().encode(text));
    const error = await assertRejects(() => openStore(disk), StoreError);
    assertEquals(error.code, "damaged");
    assertMatch(error.message, /^Cannot store in "\/out": .* damaged; wanted: /);
    assertEquals(textOf(disk.files.get(FILE)), text);
    await (await disk.lock("/out"))[Symbol.dispose](); // it is free
  }
});

Deno.test("where a newer build has stored, the store does not open and touches nothing", async () => {
  const { disk } = await storedDisk();
  const line = textOf(disk.files.get(FILE)).replace("farcap 2", "farcap 3");
  disk.put(FILE, new TextEncoder().encode(line));
  const before = new Map(disk.files);
  const error = await assertRejects(() => openStore(disk), StoreError);
  assertEquals(error.code, "newer-version");
  assertEquals(error.message.includes("\n"), false);
  assertEquals(new Map(disk.files), before);
});

/** A member of a version that this build does not know, with four bytes more. */
function newerMember(): Uint8Array {
  const member = ourMember(new Uint8Array(0));
  const payload = concat([Uint8Array.of(3), member.subarray(17, 84), new Uint8Array(8)]);
  const crc = new DataView(new ArrayBuffer(4));
  crc.setUint32(0, crc32(payload), true);
  const extra = Uint8Array.of(84, 0, 0x46, 0x43, 80, 0);
  const head = concat([member.subarray(0, 10), extra, payload, new Uint8Array(crc.buffer)]);
  return concat([head, Uint8Array.of(3, 0), new Uint8Array(8)]);
}

Deno.test("a record file of a newer build ends the store: neither it nor its neighbours are touched", async () => {
  for (const isRotated of [false, true]) {
    const { disk } = await storedDisk();
    const path = isRotated ? "/out/alice/UDP-20261124T110000.000Z.ncap.gz" : ALICE_TCP;
    disk.put(path, newerMember());
    disk.put("/out/alice/ARP.ncap.gz.new", Uint8Array.of(1)); // would be removed
    disk.put("/out/alice/IPv4.ncap.gz", Uint8Array.of(2)); // would be set aside
    const before = new Map(disk.files);
    const failures: StoreError[] = [];
    const store = await openStore(disk, { onFailure: (error) => failures.push(error) });
    const error = await assertRejects(
      () => store.openSession("alice", 1n, () => {}),
      StoreError,
      "newer version",
    );
    assertEquals([error.code, failures.map(({ code }) => code)], [
      "newer-version",
      ["newer-version"],
    ]);
    assert(error.message.includes(path), error.message);
    await assertRejects(
      () => store.append(batchOf("bob", TCP, "one")),
      StoreError,
      "newer version",
    );
    await store[Symbol.asyncDispose]();
    assertEquals(new Map(disk.files), before);
  }
});
