import { assertEquals } from "@std/assert";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import type { Moment } from "../../../lib/write/alarms/alarm.ts";
import {
  type AlarmState,
  formatAlarms,
  NO_ALARMS,
  parseAlarms,
} from "../../../lib/write/alarms/alarm_state.ts";
import { Alarms } from "../../../lib/write/alarms/alarms.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 24, 11);

/** Alarms in a time of their own, ticked every second as the collector does. */
class Watched {
  alarms: Alarms;
  readonly told: string[] = [];
  #ms: number;
  #session = 0n;

  /** @param ms When the collector was started, from when on its clock counts. */
  constructor(state: AlarmState = NO_ALARMS, readonly silentAfterMs = MINUTE_MS, ms = 0) {
    this.#ms = ms;
    this.alarms = new Alarms(silentAfterMs, state, this.now);
  }

  get now(): Moment {
    return { ms: this.#ms, wallMs: START_MS + this.#ms };
  }

  /** Another collector, so much later, with what this one has written down. */
  restarted(afterMs: number): Watched {
    const text = formatAlarms(this.alarms.state);
    return new Watched(parseAlarms(text), this.silentAfterMs, this.#ms + afterMs);
  }

  pass(ms: number): void {
    for (const end = this.#ms + ms; this.#ms < end;) {
      this.#ms += Math.min(1000, end - this.#ms);
      this.alarms.tick(this.now);
      this.alarms.overdue(this.now).forEach((name) => this.alarms.silent(name, this.now));
      this.#take();
    }
  }

  came(name: string, identity = "k", session = ++this.#session) {
    const from = `192.0.2.${session}:4000`;
    const visit = this.alarms.came({ name, identity, session, from }, this.now)!;
    this.#take();
    return visit;
  }

  left(visit: ReturnType<Watched["came"]>, isExpected = true): void {
    this.alarms.left(visit, isExpected, this.now);
    this.#take();
  }

  clock(visit: ReturnType<Watched["came"]>, offsetMs: number, roundTripMs: number): void {
    this.alarms.clock(visit, { offsetMs, roundTripMs }, this.now);
    this.#take();
  }

  /** A row that was closed now, and spans a minute. */
  row(name: string, row: MessageInitShape<typeof SensorMinuteSchema>): void {
    const time = BigInt(this.now.wallMs) * 1_000_000n;
    const span = { Timestamp: time, SpanStart: time - 60_000_000_000n };
    this.alarms.row(name, create(SensorMinuteSchema, { Run: 1n, ...span, ...row }), this.now);
    this.#take();
  }

  forget(names: readonly string[]): void {
    this.alarms.review((name) => !names.includes(name), this.now);
    this.#take();
  }

  #take(): void {
    for (const { name, kind, sinceMs, atMs, lastedMs, detail } of this.alarms.take(1000)) {
      const at = `${(atMs - START_MS) / 1000}`;
      const what = lastedMs === undefined
        ? `since ${(sinceMs - START_MS) / 1000}`
        : `over after ${lastedMs / 1000}`;
      this.told.push(`${at} ${name} ${kind} ${what}${detail === "" ? "" : ` (${detail})`}`);
    }
  }
}

Deno.test("a sensor that goes without a word is silent after its time, once; its return tells how long", () => {
  const watched = new Watched();
  const visit = watched.came("gate");
  watched.pass(10_000);
  watched.left(visit);
  watched.pass(59_000);
  assertEquals(watched.told, []);
  watched.pass(3_600_000);
  assertEquals(watched.told, ["70 gate silent since 10"]);
  watched.came("gate");
  watched.pass(3_600_000);
  assertEquals(watched.told.slice(1), ["3669 gate silent over after 3659"]);
});

Deno.test("a bye is a planned pause, a short gap is none, and who has another connection is there", () => {
  const watched = new Watched();
  watched.left(watched.came("ended"), false);
  for (let n = 0; n < 20; n++) {
    watched.left(watched.came("flaps"));
    watched.pass(59_000);
  }
  const [first] = [watched.came("two", "k", 7n), watched.came("two", "k", 7n)];
  watched.left(first);
  watched.came("flaps");
  watched.pass(600_000);
  assertEquals(watched.told, []);
});

Deno.test("alarms of a sensor that is at another collector are over, and it is not expected here", () => {
  const watched = new Watched();
  const here = watched.came("here");
  watched.left(watched.came("gate"));
  watched.pass(100_000);
  assertEquals(watched.told, ["60 gate silent since 0"]);
  assertEquals(watched.alarms.missing, ["gate"]);
  for (const name of ["gate", "here"]) watched.alarms.elsewhere(name, watched.now);
  watched.left(here);
  watched.pass(600_000);
  assertEquals(watched.told.slice(1), [
    "100 gate silent over after 100 (it is at another collector)",
    "160 here silent since 100",
  ]);
  assertEquals(watched.alarms.state.sensors.map(({ name }) => name), ["here"]);
});

Deno.test("who was there before the collector was started anew, and does not come back, is named", () => {
  const watched = new Watched();
  watched.came("stays away");
  watched.came("comes back");
  watched.left(watched.came("ended"), false);
  watched.pass(5_000);
  watched.left(watched.came("went before"));
  const later = watched.restarted(100_000);
  later.pass(30_000);
  later.came("comes back");
  assertEquals(later.told, [], "they have as long as if they had just gone");
  later.pass(600_000);
  assertEquals(later.told, [
    "165 stays away silent since 105",
    "165 went before silent since 5",
  ]);
});

Deno.test("an alarm that stands is told once, however often the collector is started anew", () => {
  const watched = new Watched();
  watched.left(watched.came("gate"));
  watched.pass(100_000);
  const later = watched.restarted(1_000_000).restarted(1_000);
  later.pass(600_000);
  assertEquals(later.told, []);
  later.came("gate");
  assertEquals(later.told, ["1701 gate silent over after 1701"]);
});

Deno.test("who may not send any more is not expected, be it silent already or not", () => {
  const watched = new Watched();
  watched.left(watched.came("silent"));
  watched.pass(61_000);
  watched.left(watched.came("gone"));
  watched.came("here");
  watched.forget(["silent", "gone"]);
  watched.pass(600_000);
  assertEquals(watched.told, [
    "60 silent silent since 0",
    "61 silent silent over after 61 (it is not expected any more)",
  ]);
});

Deno.test("a clock is wrong if the best of 10 samples or more is off by more than 2 s, round trip aside", () => {
  const watched = new Watched();
  const sample = (visit: ReturnType<Watched["came"]>, offsets: readonly number[], trip = 0) => {
    for (const offsetMs of offsets) {
      watched.pass(1_000);
      watched.clock(visit, offsetMs, trip);
    }
  };
  const nine = Array(9).fill(60_000);
  sample(watched.came("too few"), nine);
  sample(watched.came("one is good"), [...nine, 1_900, ...nine]);
  sample(watched.came("slow line"), [...nine, 60_000], 120_000);
  sample(watched.came("at the limit"), [...nine, 2_050], 100);
  assertEquals(watched.told, []);
  sample(watched.came("ahead"), [...nine, 2_051], 100);
  sample(watched.came("behind"), [...nine, 60_000].map((ms) => -ms));
  const told = watched.told.map((text) => text.slice(text.indexOf(" ") + 1));
  const at = (name: string) => watched.told.find((text) => text.includes(name))!.split(" ")[0];
  assertEquals(told, [
    `ahead clock since ${at("ahead")} (2.0 s ahead of the collector's)`,
    `behind clock since ${at("behind")} (60.0 s behind the collector's)`,
  ]);
});

Deno.test("a clock that was set is wrong five minutes later, right at once, and between both what it was", () => {
  const watched = new Watched();
  const visit = watched.came("gate");
  const minutes = (count: number, offsetMs: number) => {
    for (let n = 0; n < count * 4; n++) {
      watched.clock(visit, offsetMs, 20);
      watched.pass(15_000);
    }
  };
  minutes(10, 3);
  minutes(5, -9_000);
  assertEquals(watched.told, [], "for so long it may have been an accident");
  minutes(1, -9_000);
  assertEquals(watched.told, ["900 gate clock since 900 (9.0 s behind the collector's)"]);
  minutes(10, -1_800);
  assertEquals(watched.told.length, 1, "a clock at the limit makes no storm");
  minutes(1, -1_000);
  assertEquals(watched.told.slice(1), ["1560 gate clock over after 660"]);
});

Deno.test("a sensor drops when a row has lost more than the one before, and no more after five quiet minutes", () => {
  const watched = new Watched();
  watched.came("gate");
  watched.row("gate", { DroppedByKernel: 0n });
  watched.pass(MINUTE_MS);
  watched.row("gate", { DroppedByKernel: 12n, Types: [{ Type: 7, Evicted: 3n, TooLarge: 1n }] });
  watched.pass(MINUTE_MS);
  watched.row("gate", { DroppedByKernel: 13n, Types: [{ Type: 7, Evicted: 3n, TooLarge: 1n }] });
  const quiet = { DroppedByKernel: 13n, Types: [{ Type: 7, Evicted: 3n, TooLarge: 1n }] };
  for (let n = 0; n < 10; n++) {
    watched.pass(MINUTE_MS);
    watched.row("gate", quiet);
  }
  assertEquals(watched.told, [
    "60 gate drops since 0 (12 packets, 4 records)",
    "420 gate drops over after 420",
  ]);
  const later = watched.restarted(MINUTE_MS);
  later.came("gate");
  later.row("gate", quiet);
  assertEquals(later.told, [], "what was lost before is not told again");
  later.row("gate", { ...quiet, Oversized: 1n });
  assertEquals(later.told, ["780 gate drops since 720 (1 record)"]);
  later.row("gate", { Run: 2n });
  assertEquals(later.told.length, 1, "another run counts from its own beginning");
});

Deno.test("two sessions of one key for 10 s are two machines, until they have not been for a minute", () => {
  const watched = new Watched();
  const killed = watched.came("restarted");
  watched.came("restarted");
  watched.came("two keys", "a");
  watched.came("two keys", "b");
  watched.came("fenced", "k", 9n);
  watched.came("fenced", "k", 9n);
  watched.pass(6_500);
  watched.left(killed);
  const one = watched.came("twin");
  watched.pass(2_000);
  const other = watched.came("twin");
  watched.pass(60_000);
  watched.left(one);
  watched.pass(30_000);
  const again = watched.came("twin");
  watched.pass(40_000);
  assertEquals(watched.told, [
    "18.5 twin doubled since 8.5 (from 192.0.2.5:4000 and 192.0.2.6:4000)",
  ]);
  watched.left(again);
  watched.left(other, false);
  watched.pass(600_000);
  assertEquals(watched.told.slice(1), ["198.5 twin doubled over after 190"]);
});

Deno.test("two senders in one session are told at once, and once", () => {
  const watched = new Watched();
  watched.came("twin", "k", 1n);
  for (let n = 0; n < 5; n++) {
    watched.alarms.forked({ name: "twin", from: "192.0.2.9:1" }, watched.now);
    watched.pass(20_000);
  }
  watched.pass(600_000);
  assertEquals(watched.told, [
    "0 twin doubled since 0 (a copy of it is at 192.0.2.9:1)",
    "140 twin doubled over after 140",
  ]);
});

Deno.test("a key is old until another one is in use", () => {
  const watched = new Watched();
  const old = new Map([["gate", { sinceMs: START_MS - 1000, detail: "in use for 400 days" }]]);
  watched.alarms.oldKeys(old, watched.now);
  watched.alarms.oldKeys(old, watched.now);
  watched.pass(1_000);
  watched.alarms.oldKeys(new Map(), watched.now);
  watched.pass(1_000);
  assertEquals(watched.told, [
    "0 gate key since -1 (in use for 400 days)",
    "1 gate key over after 2",
  ]);
});

Deno.test("where anybody makes new names, no more than 4096 are watched", () => {
  const watched = new Watched();
  for (let n = 0; n < 5000; n++) {
    const visit = watched.alarms.came(
      { name: `name ${n}`, identity: "", session: 1n, from: "" },
      watched.now,
    );
    if (visit) watched.left(visit);
  }
  assertEquals([watched.alarms.unwatched, watched.alarms.state.sensors.length], [904, 4096]);
});

Deno.test("what is no state of alarms is none", () => {
  for (
    const text of [
      "",
      "{",
      "null",
      '{"version":2,"sensors":[],"standing":[]}',
      '{"version":1,"sensors":{},"standing":[]}',
      '{"version":1,"sensors":[{"name":7}],"standing":[]}',
      '{"version":1,"sensors":[],"standing":[{"name":"a","kind":"b","since":"2026-11-24T11:00:00Z","detail":""}]}',
    ]
  ) assertEquals(parseAlarms(text), undefined, text);
});
