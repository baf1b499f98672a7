import { create, toBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { frameRecords } from "../../lib/base/record/delimited.ts";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { encodeMember, packRecords, WITHOUT_SESSION } from "../../lib/pack/member.ts";
import { type LiveChoice, LiveFilter, whereAddress } from "../../lib/www/live_filter.ts";
import { LiveRecords } from "../../lib/www/live_records.ts";
import { Viewer } from "../../lib/www/viewer.ts";
import { ARPSchema, EthernetSchema, UDPSchema } from "../../proto/gen/netcap_pb.ts";

const ALL = { client: "", type: "", address: "" };
const NEVER = new AbortController().signal;

/** A member of records of UDP, with these ports and an address each. */
function udp(ports: readonly number[], SrcIP = "192.0.2.1", padding = "") {
  const records = frameRecords(
    ports.map((DstPort) =>
      toBinary(UDPSchema, create(UDPSchema, { DstPort, SrcIP, DstIP: "198.51.100.1" + padding }))
    ),
  );
  const times = { firstTime: 0n, lastTime: 0n, arrival: 0n };
  const origin = { ...WITHOUT_SESSION, ...times, count: ports.length };
  const member = encodeMember(origin, packRecords(records));
  return { client: "plant", type: typeNumber("UDP"), count: ports.length, member };
}

/** What a viewer is told, with a clock of the test's. */
function watched(choice: Partial<LiveChoice> = {}) {
  let nowMs = 0;
  const live = new LiveRecords(() => nowMs);
  const viewer = new Viewer({ viewers: 1, droppedEvents: 0, refusedRequests: 0 });
  const stop = live.watch(viewer, new LiveFilter({ ...ALL, ...choice }));
  const told = async () => {
    viewer.push("end", "");
    const text = await viewer.take(NEVER);
    return [...text.matchAll(/event: records\ndata: (.*)/g)].map(([, data]) => JSON.parse(data!));
  };
  return { live, stop, told, wait: (ms: number) => nowMs += ms };
}

Deno.test("the newest of what is stored is told, and how many are not", async () => {
  const { live, told, stop } = watched();
  live.take(udp([1, 2, 3, 4, 5, 6, 7]));
  const [{ left, records }] = await told();
  assertEquals([left, records.map(({ DstPort }: { DstPort: number }) => DstPort)], [2, [
    3,
    4,
    5,
    6,
    7,
  ]]);
  assertEquals([records[0].type, records[0].client], ["UDP", "plant"]);
  stop();
  live.take(udp([8]));
  assertEquals(await told(), []);
});

Deno.test("who begins to look is told some of what was stored before: the last of each type of each sensor", async () => {
  const live = new LiveRecords(() => 0);
  live.take(udp([1, 2, 3]));
  live.take(udp([4, 5]));
  live.take({ ...udp([6], "203.0.113.9"), client: "office" });
  const portsFor = async (choice: Partial<LiveChoice>) => {
    const viewer = new Viewer({ viewers: 1, droppedEvents: 0, refusedRequests: 0 });
    live.watch(viewer, new LiveFilter({ ...ALL, ...choice }))();
    viewer.push("end", "");
    const told = [...(await viewer.take(NEVER)).matchAll(/event: records\ndata: (.*)/g)]
      .map(([, data]) => JSON.parse(data!));
    return told.flatMap(({ left, records }) => [
      ...records.map(({ DstPort }: { DstPort: number }) => DstPort),
      ...left > 0 ? ["left"] : [],
    ]);
  };
  assertEquals(await portsFor({}), [4, 5, 6]);
  assertEquals(await portsFor({ client: "plant" }), [4, 5]);
  assertEquals(await portsFor({ address: "203.0.113.0/24" }), [6]);
  for (let n = 0; n < 3000; n++) {
    const padding = encodeHex(crypto.getRandomValues(new Uint8Array(1000)));
    live.take({ ...udp([n], "192.0.2.1", padding), client: `c${n}` });
  }
  assertEquals(await portsFor({ client: "plant" }), []); // the oldest go first
  assertEquals(await portsFor({ client: "c2999" }), [2999]);
});

Deno.test("a filter by sensor, type and address lets pass what fits", async () => {
  for (
    const [choice, passes] of [
      [{ client: "plant" }, true],
      [{ client: "other" }, false],
      [{ type: "UDP" }, true],
      [{ type: "TCP" }, false],
      [{ address: "192.0.2.0/24" }, true],
      [{ address: "198.51.100.1" }, true],
      [{ address: "203.0.113.9" }, false],
      [{ address: "00:00:5e:00:53:01" }, false],
      [{ address: "999.1.1.1" }, false],
    ] as const
  ) {
    const { live, told } = watched(choice);
    live.take(udp([53]));
    assertEquals((await told()).length > 0, passes, JSON.stringify(choice));
  }
});

Deno.test("addresses are looked for in all fields that hold such, as -where has it", () => {
  assertEquals(whereAddress(UDPSchema, "10.0.0.0/8"), "SrcIP in 10.0.0.0/8 or DstIP in 10.0.0.0/8");
  assertEquals(
    whereAddress(EthernetSchema, "00:00:5e:00:53:01"),
    "SrcMAC in 00:00:5e:00:53:01 or DstMAC in 00:00:5e:00:53:01",
  );
  assertEquals(
    whereAddress(ARPSchema, "192.0.2.1")?.includes("SrcProtocolAddress in 192.0.2.1"),
    true,
  );
  for (const text of ["", "x", "1) or (SrcIP in 10.0.0.0/8", "10.0.0.1 or true"]) {
    assertEquals(whereAddress(UDPSchema, text), undefined, text);
  }
});

Deno.test("a viewer has some kB a second, however much is stored", async () => {
  const { live, told, wait } = watched();
  let [characters, records, left] = [0, 0, 0];
  for (let second = 0; second < 10; second++) {
    for (let n = 0; n < 100; n++) {
      live.take(udp([1, 2, 3, 4, 5], "192.0.2.1", "x".repeat(500)));
      wait(10);
    }
    for (const each of await told()) {
      characters += JSON.stringify(each).length;
      records += each.records.length;
      left += each.left;
    }
  }
  assertEquals(characters > 40_000 && characters < 80_000, true, `${characters} characters`);
  assertEquals(records + left > 4_000, true, `${records} told, ${left} not`);
});

Deno.test("looking takes 30 ms of a second: beyond that records are counted by their member alone", async () => {
  let nowMs = 0;
  const live = new LiveRecords(() => nowMs += 5); // each look at the clock is 5 ms after the last
  const viewer = new Viewer({ viewers: 1, droppedEvents: 0, refusedRequests: 0 });
  live.watch(viewer, new LiveFilter({ ...ALL, address: "203.0.113.9" }));
  live.watch(viewer, new LiveFilter(ALL));
  for (let n = 0; n < 100; n++) live.take(udp([1]));
  const events = (await viewer.take(NEVER)).split("event: records").length - 1;
  assertEquals(events > 0 && events < 50, true, `${events} of 100`);
});
