import { assertEquals } from "@std/assert";
import { inFolder } from "../../programs/program.ts";
import { TCP } from "../files/session_sensor.ts";
import { ledgerOf, missingOf, withSensor } from "./booked_sensor.ts";

Deno.test("a sensor that ends in the millisecond in which it closed its books has ended in order, and told all", () =>
  inFolder(async (folder) => {
    const at = BigInt(Date.now() + 1000) * 1_000_000n;
    await withSensor(folder, async (sensor) => {
      await sensor.send(TCP, 3);
      await sensor.closeBooks(at);
      sensor.evict(TCP, 2);
      await sensor.closeBooks(at, (row) => row.IsLast = true);
      sensor.close(true);
    });
    const ledger = ledgerOf(folder, "alice", {}, at + 1n);
    assertEquals(missingOf(ledger), [["evicted", 2]]);
    const { made, stored, evicted } = ledger.types.get("TCP")!;
    assertEquals([made, stored, evicted], [5, 3, 2]);
  }));

Deno.test("a row that is sent again, in a new session, is told once, and does not say that its sensor goes on", () =>
  inFolder(async (folder) => {
    const begin = BigInt(Date.now()) * 1_000_000n;
    const at = begin + 1_000_000_000n;
    await withSensor(folder, async (sensor) => {
      await sensor.send(TCP, 3);
      sensor.evict(TCP, 2);
      sensor.hold(TCP, 4);
      await sensor.closeBooks(at);
      await sensor.closeBooks(at, (row) => row.SpanStart = begin);
      sensor.close(false);
    });
    const ledger = ledgerOf(folder, "alice", { from: begin - 1n, to: at }, at + 1n);
    assertEquals(missingOf(ledger), [["evicted", 2], ["unknown", 4]]);
  }));
