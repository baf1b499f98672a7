import { assert, assertEquals } from "@std/assert";
import { examineSessionBatch } from "../../lib/verify/check_session_batch.ts";
import { CheckThread } from "../../lib/verify/check_thread_io.ts";
import { CompactMaker } from "../../lib/verify/compact_maker.ts";
import type { NumberedBatch } from "../../lib/transport/session/session_batch.ts";
import { Type } from "../../proto/gen/netcap_pb.ts";
import { batchOf, FRAMED } from "./delimited_batch.ts";
import { officeBatch } from "./office_batch.ts";

const ROOM = 1 << 20;
const NOWHERE = new URL("./no_such_worker_io.ts", import.meta.url);

async function started(onFailure: (why: string) => void, url?: URL): Promise<CheckThread> {
  const thread = await CheckThread.start(onFailure, url);
  assert(thread, "tests run where there are two processors");
  return thread;
}

Deno.test("a thread finds of each batch what is found here, and leaves the batch as it is", async () => {
  using thread = await started((why) => assert(false, why));
  const office = officeBatch();
  const cases: [NumberedBatch, number, number[]?][] = [
    [office, ROOM],
    [office, 1],
    [office, 0],
    [office, ROOM, [Type.NC_TCP, Type.NC_DNS]],
    [office, ROOM, [Type.NC_DNS]],
    [{ ...office, crc: 1 }, ROOM],
    [{ ...office, body: new Uint8Array(40) }, ROOM],
    [{ ...office, isSealed: true, body: new Uint8Array(40), opened: office.body }, ROOM],
    [batchOf(FRAMED), ROOM],
    [batchOf(FRAMED, { count: 2 }), ROOM],
  ];
  for (const [batch, room, wantedTypes] of cases) {
    const here = examineSessionBatch(batch, {
      ...{ maker: new CompactMaker(() => 0), room, wantedTypes },
    });
    const bytes = batch.body.length;
    const there = await thread.check("plant", () => ({ batch, room, wantedTypes }));
    assertEquals(there, here, `reason ${here.reason}, room ${room}`);
    assertEquals(batch.body.length, bytes);
  }
});

Deno.test("who has one batch does not wait for all of who has many", async () => {
  using thread = await started((why) => assert(false, why));
  const answered: string[] = [];
  const check = async (name: string) => {
    await thread.check(name, () => ({ batch: officeBatch(), room: ROOM }));
    answered.push(name);
  };
  await Promise.all([...Array(20).fill("busy"), "modest"].map(check));
  const place = answered.indexOf("modest");
  assert(place < 10, `after ${place} of the others`);
});

Deno.test("a thread that cannot go on says so once, and finds nothing of any batch", async () => {
  const failures: string[] = [];
  using thread = await started((why) => failures.push(why), NOWHERE);
  const ask = () => ({ batch: officeBatch(), room: ROOM });
  const found = await Promise.all(Array.from({ length: 5 }, () => thread.check("plant", ask)));
  assertEquals([...found, await thread.check("plant", ask)], Array(6).fill(undefined));
  assertEquals(failures.length, 1);
});
