import { assertEquals } from "@std/assert";
import type { CollectorReading } from "../../lib/write/counts/collector_reading.ts";
import { seenText } from "../../lib/www/page/numbers.js";
import { Overview, SENSOR_COLUMNS } from "../../lib/www/overview.ts";
import { NOTHING } from "./served.ts";

/** How a sensor fares, and how that looks, by its name. */
function states(reading: Partial<CollectorReading>): Record<string, unknown> {
  const { sensors } = new Overview().take({ ...NOTHING, ...reading }, 0, 0);
  const [name, state, look] = ["name", "state", "look"].map((column) =>
    SENSOR_COLUMNS.findIndex((each) => each === column)
  );
  return Object.fromEntries(sensors.map((row) => [row[name!], [row[state!], row[look!]]]));
}

const sensor = (name: string) => ({ name, storedRecords: 0, storedBytes: 0 });

Deno.test("a sensor that sent datagrams has no state but that; one that has not come has what is said of it", () => {
  assertEquals(
    states({
      sensors: [{ ...sensor("a"), storedRecords: 1 }],
      known: () => [{ name: "b", state: "has not come" }, { name: "c", state: "awaited" }],
    }),
    { a: ["datagrams", "plain"], b: ["has not come", "plain"], c: ["awaited", "plain"] },
  );
});

Deno.test("a sensor that is known by its alarm alone, of another run of the collector, is told with it", () => {
  const silent = { client: "a", kind: "silent" as const };
  const known = () => [{ name: "a", state: "has not come" as const }];
  assertEquals(states({ sensors: [sensor("a")], alarms: [silent], known }), {
    a: ["silent", "bad"],
  });
  assertEquals(states({ sensors: [sensor("a")], known }), { a: ["has not come", "plain"] });
  assertEquals(states({ sensors: [sensor("a")] }), { a: ["away", "bad"] });
});

Deno.test("when a sensor was seen is now, a time, or not at all; the page says so in words", () => {
  const { sensors } = new Overview().take(
    {
      ...NOTHING,
      sensors: [{ ...sensor("a"), connected: 1, seenMs: 9e3 }, { ...sensor("b"), seenMs: 9e3 }],
      known: () => [{ name: "c", state: "awaited" }],
    },
    0,
    0,
  );
  const seen = sensors.map((row) => row[SENSOR_COLUMNS.indexOf("seen")] as number | "now" | null);
  assertEquals(seen, ["now", 9, null]);
  assertEquals(seen.map((each) => seenText(each, 309e3)), ["now", "5 min ago", "–"]);
});

Deno.test("a sensor that was revoked is away for good, though it has been here", () => {
  const known = () => [{ name: "a", state: "revoked" as const }];
  const away = { ...sensor("a"), connected: 0 };
  assertEquals(states({ sensors: [away], known }), { a: ["revoked", "dim"] });
  assertEquals(states({ sensors: [{ ...away, connected: 1 }], known }), {
    a: ["connected", "good"],
  });
  const silent = { client: "a", kind: "silent" as const };
  assertEquals(states({ sensors: [away], alarms: [silent], known }), { a: ["silent", "bad"] });
});

Deno.test("a sensor of an earlier run is away since something of it was stored last, until it comes", () => {
  const take = (reading: Partial<CollectorReading>) => {
    const { sensors } = new Overview(new Map([["a", 9]])).take({ ...NOTHING, ...reading }, 0, 0);
    const of = (column: typeof SENSOR_COLUMNS[number]) =>
      sensors[0]![SENSOR_COLUMNS.indexOf(column)];
    return [sensors.length, ...(["name", "state", "look", "seen"] as const).map(of)];
  };
  assertEquals(take({}), [1, "a", "away", "dim", 9]);
  assertEquals(take({ sensors: [{ ...sensor("a"), connected: 1, seenMs: 10e3 }] }), [
    ...[1, "a", "connected", "good", "now"],
  ]);
  const known = () => [{ name: "a", state: "revoked" as const }];
  assertEquals(take({ known }), [1, "a", "revoked", "dim", 9]);
});
