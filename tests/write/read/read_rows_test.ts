import { assert, assertEquals } from "@std/assert";
import type { FilePlace } from "../../../lib/write/read/record_burst.ts";
import { readRows } from "../../../lib/write/read/read_rows_io.ts";
import { inFolder } from "../files/in_folder.ts";
import { storeBatches } from "./stored_udp.ts";

const ROW = "a/UDP.ncap.gz";

/** Reads a row from a place on: the ports, and the place behind each burst. */
async function readFrom(folder: string, place?: FilePlace) {
  const places = new Map(place && [[ROW, place]]);
  const steps: { readonly records: number; readonly place: FilePlace }[] = [];
  for await (const step of readRows([folder], { places })) {
    if (step === "idle") continue;
    assertEquals(step.row, ROW);
    steps.push({ records: step.burst.records.length, place: step.burst.place! });
  }
  return steps;
}

Deno.test("readRows() goes on behind any place that it has told, and tells none before that", () =>
  inFolder(async (folder) => {
    const batches = Array.from({ length: 12 }, (_, batch) => ({
      client: "a",
      records: [[10 * batch + 1, 1], [10 * batch + 2, 2], [10 * batch + 3, 3]] as const,
    }));
    await storeBatches(folder, batches, { rotateBytes: 700 });
    const all = await readFrom(folder);
    const files = [...new Set(all.map(({ place }) => place.file))];
    assert(files.length > 2, files.join());
    let behind = 36;
    for (const { records, place } of all) {
      behind -= records;
      const rest = await readFrom(folder, place);
      assertEquals(rest.reduce((sum, { records }) => sum + records, 0), behind);
      // Whoever is stopped before it has read on must not have it again.
      const first = rest.find(({ place: { file } }) => file === place.file);
      if (first !== undefined) {
        const isBefore = first.place.offset < place.offset ||
          (first.place.offset === place.offset && first.place.records < place.records);
        assertEquals(isBefore, false);
      }
      for (const step of rest) {
        const more = await readFrom(folder, step.place);
        const had = rest.slice(0, rest.indexOf(step) + 1);
        assertEquals(
          more.reduce((sum, { records }) => sum + records, 0),
          behind - had.reduce((sum, { records }) => sum + records, 0),
        );
      }
    }
  }));
