/** What a pipeline answers who asks for its counts while it runs. */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { type Batch, partsOf } from "../../lib/gather/batch.ts";
import { type AskForCounts, UNHEARD } from "../../lib/gather/pipeline_listener.ts";
import type { PipelineCounts } from "../../lib/gather/pipeline_options.ts";
import { RecordCounts, sumOf } from "../../lib/gather/record_counts.ts";
import { inFolder } from "../programs/program.ts";
import { NEVER, WAYS } from "./every_way.ts";
import { OFFICE, optionsFor, writeLongCapture } from "./gathered.ts";

/** Written by decoders = dropped + open + waiting + delivered, and packets add up. */
function assertBalanced(counts: PipelineCounts, delivered: RecordCounts): void {
  const { made, open, dropped, waiting, dissect } = counts;
  for (const type of new Set([...made.keys(), ...open.keys(), ...delivered.keys()])) {
    const of = (each: ReadonlyMap<number, number>) => each.get(type) ?? 0;
    assertEquals(of(made), of(dropped) + of(waiting) + of(delivered), `type ${type}`);
  }
  const others = [...Object.values(dissect.failed), ...Object.values(dissect.unknown)];
  assertEquals(others.reduce((sum, count) => sum + count, dissect.decoded), dissect.packets);
}

for (const [where, run] of WAYS) {
  for (const mayBeCompact of [false, true]) {
    const kind = mayBeCompact ? "compact" : "ordinary";
    Deno.test(`at any moment all records of ${kind} batches are somewhere, ${where}`, () =>
      inFolder(async (folder) => {
        await writeLongCapture(`${folder}/long.pcap`, 50);
        const delivered = new RecordCounts();
        const answers: PipelineCounts[] = [];
        let ask!: AskForCounts;
        const deliver = async (batches: readonly Batch[]) => {
          for (const batch of batches) delivered.add(partsOf(batch));
          ask((counts) => {
            answers.push(counts);
            assertBalanced(counts, delivered);
          });
          await new Promise((resolve) => setTimeout(resolve, 1)); // as if it were packed
          return batches;
        };
        const report = await run(
          optionsFor([`${folder}/long.pcap`, OFFICE], { mayBeCompact }),
          deliver,
          NEVER,
          { ...UNHEARD, begun: (each) => ask = each },
          undefined,
          Promise.resolve(),
        );
        assertGreater(answers.length, 1);
        assert(answers.some(({ open }) => sumOf(open) > 0), "some were open");
        assertEquals([...report.made].sort(), [...delivered].sort());
      }));
  }
}
