import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { crc32, deflateRawSync } from "node:zlib";
import { frameRecords } from "../../../lib/base/record/delimited.ts";
import { PACKET_COUNTERS, RECORD_COUNTERS } from "../../../lib/transport/ledger/counters.ts";
import { OTHERS, type SensorState, SensorStates } from "../../../lib/write/counts/sensor_states.ts";
import { SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";

const NOW_MS = 1_795_824_000_000;
let nowMs = NOW_MS;

const KEY = new Uint8Array(32).fill(0xa5);
/** Of a sensor of which nothing is stored. */
const NOTHING = { storedRecords: 0, storedBytes: 0 };

function statesOf(maxNames: number): SensorStates {
  nowMs = NOW_MS;
  return new SensorStates(maxNames, () => nowMs);
}

function rows(...rows: MessageInitShape<typeof SensorMinuteSchema>[]) {
  const records = frameRecords(
    rows.map((row) => toBinary(SensorMinuteSchema, create(SensorMinuteSchema, row))),
  );
  const body = new Uint8Array(deflateRawSync(records));
  return { recordBytes: records.length, crc: crc32(records), body };
}

/** A count of a state's row, by the field's name in rows. */
function countOf({ row }: SensorState, name: string): number | undefined {
  const names = [...PACKET_COUNTERS, ...RECORD_COUNTERS].map((each) => each.name as string);
  return row?.numbers[names.indexOf(name)];
}

Deno.test("the last row of a batch is what is told of a sensor, all record types together", () => {
  const states = statesOf(10);
  const visit = states.came({ name: "plant", key: KEY });
  const types = [{ Type: 37, Made: 3n, Waiting: 1n }, { Type: 38, Made: 4n }];
  states.rows(
    "plant",
    rows({ Captured: 1n }, {
      ...{ Run: 1n, Captured: 5n, DroppedByKernel: 2n, Types: types },
      Timestamp: BigInt(NOW_MS) * 1_000_000n,
    }),
  );
  visit.clock({ offsetMs: -2_000, roundTripMs: 1 });
  nowMs += 10;
  const [state, ...others] = states.states as [SensorState];
  assertEquals(others, []);
  assertEquals(
    ["Captured", "DroppedByKernel", "Made", "Waiting"].map((name) => countOf(state, name)),
    [5, 2, 7, 1],
  );
  assertEquals([state.name, state.connected, state.aheadMs], ["plant", 1, -2_000]);
  assertEquals([state.seenMs, state.row?.isLast], [NOW_MS + 10, false]);
});

Deno.test("a sensor that has gone was seen when it went", () => {
  const states = statesOf(10);
  const visit = states.came({ name: "plant", key: KEY });
  nowMs += 5;
  visit.left(false);
  nowMs += 99;
  assertEquals(states.states, [
    { ...NOTHING, name: "plant", key: "a5a5a5a5", connected: 0, seenMs: NOW_MS + 5 },
  ]);
});

Deno.test("beyond the first names all are one, whose counts only rise", () => {
  const states = statesOf(1);
  const visits = ["first", "b", "c"].map((name) => states.came({ name, key: KEY }));
  visits[2]!.left(false);
  const made = (Made: bigint) => [{ Type: 37, Made, Waiting: 9n }];
  states.rows("b", rows({ Run: 1n, Captured: 10n, Types: made(100n) }));
  states.rows("c", rows({ Run: 2n, Captured: 7n }));
  states.rows("b", rows({ Run: 1n, Captured: 12n, Types: made(103n) }));
  states.rows("b", rows({ Run: 3n, Captured: 4n })); // it began again
  const [first, others] = states.states as [SensorState, SensorState];
  assertEquals([first.name, first.row], ["first", undefined]);
  assertEquals([others.name, others.connected, others.seenMs], [OTHERS, 1, undefined]);
  assertEquals(
    ["Captured", "Made", "Waiting"].map((name) => countOf(others, name)),
    [10 + 7 + 2 + 4, 103, 0],
  );
});

Deno.test("a sensor that is called as the others are is one of them", () => {
  const states = statesOf(10);
  states.came({ name: OTHERS, key: KEY });
  assertEquals(states.states, [{ ...NOTHING, name: OTHERS, connected: 1 }]);
});

Deno.test("one of which only an alarm tells has its name, while there are some left", () => {
  const states = statesOf(1);
  assertEquals([states.nameOf("gone"), states.nameOf("more")], ["gone", OTHERS]);
  const [gone, others] = states.states;
  assertEquals([gone, others], [{ ...NOTHING, name: "gone" }, {
    ...NOTHING,
    name: OTHERS,
    connected: 0,
  }]);
});

Deno.test("what is stored is told of each sensor, also of one that sends datagrams and has no session", () => {
  const states = statesOf(1);
  states.stored("plant", 3, 400);
  states.stored("plant", 1, 100);
  states.stored("another", 5, 700);
  assertEquals(states.states, [
    { name: "plant", seenMs: NOW_MS, storedRecords: 4, storedBytes: 500 },
    { name: OTHERS, connected: 0, storedRecords: 5, storedBytes: 700 },
  ]);
});
