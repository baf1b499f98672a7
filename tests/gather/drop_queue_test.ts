import { assertEquals } from "@std/assert";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { DropQueue } from "../../lib/gather/drop_queue.ts";
import { priorityOf } from "../../lib/gather/priority.ts";

/** Tens of the type are its priority. */
function newQueue() {
  return new DropQueue<{ type: number; bytes: number }>(
    ({ type }) => Math.floor(type / 10),
    ({ bytes }) => bytes,
  );
}

Deno.test("what is left goes by priority, and within one in the order of arrival", () => {
  const queue = newQueue();
  for (const type of [1, 21, 11, 2, 22]) queue.add({ type, bytes: 100 }, Infinity);
  assertEquals([...queue.batches()].map(({ type }) => type), [21, 22, 11, 1, 2]);
  const order: number[] = [];
  for (let next = queue.peek(); next; next = queue.peek()) order.push(queue.take()!.type);
  assertEquals(order, [21, 22, 11, 1, 2]);
  assertEquals([queue.bytes, queue.take()], [0, undefined]);
});

Deno.test("where there is no room the oldest of the lowest priority are dropped", () => {
  const queue = newQueue();
  const add = (type: number, bytes = 100) =>
    queue.add({ type, bytes }, 400).map(({ type }) => type);
  assertEquals([11, 1, 2, 21].flatMap((type) => add(type)), []);
  assertEquals(add(22), [1]);
  assertEquals(add(12, 200), [2, 11]);
  assertEquals(add(3), [3], "the new one itself, when all others are worth more");
  assertEquals(add(23, 900), [23], "one that can never fit costs no other");
  assertEquals(queue.bytes, 400);
});

Deno.test("what every packet makes is dropped before what tells who does what", () => {
  const of = (name: string) => priorityOf(typeNumber(name));
  for (const common of ["Ethernet", "IPv4", "IPv6", "TCP", "UDP"]) assertEquals(of(common), 0);
  for (const telling of ["DNS", "DHCPv4", "ARP", "Modbus"]) assertEquals(of(telling), 2);
  assertEquals(of("ICMPv4"), 1);
});

Deno.test("what is not kept is taken out, and nothing else changes its place", () => {
  const queue = newQueue();
  for (const type of [1, 21, 11, 2, 22]) queue.add({ type, bytes: 100 }, Infinity);
  const taken = queue.keep(({ type }) => type !== 21 && type !== 1);
  assertEquals(taken.map(({ type }) => type), [1, 21]);
  assertEquals([...queue.batches()].map(({ type }) => type), [22, 11, 2]);
  assertEquals(queue.bytes, 300);
});
