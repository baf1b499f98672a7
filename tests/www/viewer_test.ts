import { assertEquals } from "@std/assert";
import { Viewer } from "../../lib/www/viewer.ts";

const newCounts = () => ({ viewers: 0, droppedEvents: 0, refusedRequests: 0 });
const NEVER = new AbortController().signal;

Deno.test("events come in order, all that wait at once", async () => {
  const viewer = new Viewer(newCounts());
  const later = viewer.take(NEVER);
  viewer.push("changes", "1");
  assertEquals(await later, "event: changes\ndata: 1\n\n");
  viewer.push("changes", "2");
  viewer.push("records", "3");
  assertEquals(await viewer.take(NEVER), "event: changes\ndata: 2\n\nevent: records\ndata: 3\n\n");
});

Deno.test("for who does not read no more than 256 KiB wait: all of it goes, is counted, and must be told anew", async () => {
  const counts = newCounts();
  const viewer = new Viewer(counts);
  viewer.needsAll = false;
  for (let n = 0; n < 255; n++) viewer.push("x", "y".repeat(1000));
  assertEquals([counts.droppedEvents, viewer.needsAll], [0, false]);
  for (let n = 0; n < 10; n++) viewer.push("x", "y".repeat(1000));
  assertEquals(viewer.needsAll, true);
  const left = (await viewer.take(NEVER)).split("event: x").length - 1;
  assertEquals(counts.droppedEvents + left, 265);
  viewer.push("all", "z".repeat(1 << 20)); // what is whole is told however long it is
  assertEquals((await viewer.take(NEVER)).length > 1 << 20, true);
});

Deno.test("who looks for days makes a signal no heavier: nobody listens to it when nothing is waited for", async () => {
  const { signal } = new AbortController();
  const listening = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (type: string, listener: EventListener) => {
    listening.add(listener);
    addEventListener.call(signal, type, listener);
  };
  signal.removeEventListener = (type: string, listener: EventListener) => {
    listening.delete(listener);
    removeEventListener.call(signal, type, listener);
  };
  const viewer = new Viewer(newCounts());
  for (let n = 0; n < 3; n++) {
    const later = viewer.take(signal);
    assertEquals(listening.size, 1);
    viewer.push("changes", `${n}`);
    await later;
    assertEquals(listening.size, 0);
  }
});

Deno.test("a viewer that goes is not waited for", async () => {
  const gone = new AbortController();
  const taken = new Viewer(newCounts()).take(gone.signal);
  gone.abort();
  assertEquals(await taken, "");
});
