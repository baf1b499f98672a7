import { assert, assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { HeaderSchema, UDPSchema } from "../../../proto/gen/netcap_pb.ts";
import { mergeBursts } from "../../../lib/write/read/merge_bursts.ts";
import type { RecordBurst, Step } from "../../../lib/write/read/record_burst.ts";
import { randomNumbers } from "../../base/random_numbers.ts";
import { udpRecord } from "../files/record_file_bytes.ts";
import { shownRecords } from "./stored_udp.ts";

const header = create(HeaderSchema);

/** A burst of a source's records, by their times. */
function burst(client: string, times: readonly number[], problem?: string): RecordBurst {
  return {
    ...{ path: client, client, header, schema: UDPSchema, counted: 0 },
    records: times.map((time) => udpRecord(BigInt(time), 1)),
    problems: problem === undefined ? [] : [{ code: "cut", offset: 0, message: problem }],
  };
}

async function* stepsOf(...steps: Step[]): AsyncGenerator<Step> {
  for (const step of steps) yield await Promise.resolve(step);
}

async function* arrive(...sources: AsyncGenerator<Step>[]) {
  yield await Promise.resolve(sources);
}

async function merged(
  sources: AsyncGenerator<Step>[],
  windowRecords?: number,
): Promise<{ shown: string[]; late: number; bursts: RecordBurst[] }> {
  const stop = new AbortController();
  const steps = await Array.fromAsync(mergeBursts(arrive(...sources), { stop, windowRecords }));
  assert(!steps.includes("idle"));
  const bursts = steps as RecordBurst[];
  const late = bursts.reduce((sum, { late = 0 }) => sum + late, 0);
  return { shown: shownRecords(bursts), late, bursts };
}

Deno.test("mergeBursts() merges by time; what is equal keeps its order", async () => {
  const { shown, late } = await merged([
    stepsOf(burst("a", [1, 5, 5, 9]), burst("a", [9])),
    stepsOf(burst("b", [2, 3]), burst("b", [5])),
    stepsOf(burst("c", [])),
    stepsOf(),
  ]);
  assertEquals(shown, ["a:1@1", "b:1@2", "b:1@3", "a:1@5", "a:1@5", "b:1@5", "a:1@9", "a:1@9"]);
  assertEquals(late, 0);
});

Deno.test("mergeBursts() hands everything over, in order as far as it looks ahead", async () => {
  const random = randomNumbers(7);
  for (const windowRecords of [1, 40, 100_000]) {
    const given: number[] = [];
    const sources = Array.from({ length: 7 }, (_, client) => {
      let now = 0;
      const bursts = Array.from({ length: 20 }, () => {
        const times = Array.from({ length: random(30) }, () => {
          now += random(5);
          return Math.max(1, now - random(40)); // back by up to 40
        });
        given.push(...times);
        return burst(String(client), times);
      });
      return stepsOf(...bursts);
    });
    const { shown, late } = await merged(sources, windowRecords);
    const times = shown.map((record) => Number(record.split("@")[1]));
    const sorted = given.toSorted((a, b) => a - b);
    assertEquals(times.toSorted((a, b) => a - b), sorted);
    let newest = 0;
    let older = 0;
    for (const time of times) {
      if (time < newest) older++;
      newest = Math.max(newest, time);
    }
    assertEquals(late, older);
    if (windowRecords === 100_000) assertEquals(times, sorted);
    else assert(windowRecords === 1 ? late > 0 : late < given.length / 10, `${late} late`);
  }
});

Deno.test("mergeBursts() tells problems behind the records that came with them", async () => {
  const { bursts } = await merged([
    stepsOf(burst("a", [1, 3], "torn")),
    stepsOf(burst("b", [2]), burst("b", [], "gone")),
  ]);
  const told = bursts.flatMap(({ client, records, problems }) => [
    ...shownRecords([{ ...burst(client!, []), records }]),
    ...problems.map(({ message }) => message),
  ]);
  assertEquals(told, ["a:1@1", "b:1@2", "gone", "a:1@3", "torn"]);
});

Deno.test("mergeBursts() goes with the record before it where a record has no time", async () => {
  const untimed = { ...burst("a", [4]) };
  const records = [...untimed.records, Uint8Array.of(0x10, 9), Uint8Array.of()];
  const { bursts, late } = await merged([
    stepsOf({ ...untimed, records }),
    stepsOf(burst("b", [1, 5])),
  ]);
  assertEquals(bursts.map(({ client, records }) => [client, records.length]), [
    ["b", 1],
    ["a", 3],
    ["b", 1],
  ]);
  assertEquals(late, 0);
});

Deno.test("mergeBursts() waits for no source that is idle, and says when all are", async () => {
  const more = Promise.withResolvers<void>();
  const seen: string[] = [];
  async function* waiting(): AsyncGenerator<Step> {
    yield burst("a", [1]);
    yield "idle";
    await more.promise;
    yield burst("a", [4]);
  }
  const stop = new AbortController();
  const steps = mergeBursts(arrive(waiting(), stepsOf(burst("b", [2, 5]))), { stop });
  for await (const step of steps) {
    seen.push(...(step === "idle" ? [step] : shownRecords([step])));
    if (step === "idle") more.resolve();
  }
  assertEquals(seen, ["a:1@1", "b:1@2", "b:1@5", "idle", "a:1@4"]);
});
