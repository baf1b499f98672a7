import { assertEquals } from "@std/assert";
import { priorityOf } from "../../lib/gather/priority.ts";
import { typeNumber } from "../../lib/base/record_types.ts";
import { queueCost, SendQueue } from "../../lib/transport/send_queue.ts";
import { batchOf } from "./session_batches.ts";

const COST = queueCost(batchOf(0, 100));

Deno.test("what is left goes by priority, and within one in the order of arrival", () => {
  const queue = new SendQueue((type) => Math.floor(type / 10));
  for (const type of [1, 21, 11, 2, 22]) queue.add(batchOf(type, 100), Infinity);
  const order: number[] = [];
  for (let batch = queue.take(); batch; batch = queue.take()) order.push(batch.type);
  assertEquals(order, [21, 22, 11, 1, 2]);
  assertEquals([queue.bytes, queue.cost], [0, 0]);
});

Deno.test("where there is no room the oldest of the lowest priority are dropped", () => {
  const queue = new SendQueue((type) => Math.floor(type / 10));
  const add = (type: number, bytes = 100) =>
    queue.add(batchOf(type, bytes), 4 * COST).map(({ type }) => type);
  assertEquals([11, 1, 2, 21].flatMap((type) => add(type)), []);
  assertEquals(add(22), [1]);
  assertEquals(add(12, 100 + COST), [2, 11]);
  assertEquals(add(3), [3], "the new one itself, when all others are worth more");
  assertEquals(add(23, 9 * COST), [23], "one that can never fit costs no other");
  assertEquals(queue.bytes, 4 * COST);
});

Deno.test("what every packet makes is dropped before what tells who does what", () => {
  const of = (name: string) => priorityOf(typeNumber(name));
  for (const common of ["Ethernet", "IPv4", "IPv6", "TCP", "UDP"]) assertEquals(of(common), 0);
  for (const telling of ["DNS", "DHCPv4", "ARP", "Modbus"]) assertEquals(of(telling), 2);
  assertEquals(of("ICMPv4"), 1);
});
