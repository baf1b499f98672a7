/** Rows of collectors that share an engine: by turns, and again where their reader was killed. */
import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { SpanBins } from "../../../lib/write/ledger/span_bins.ts";
import { type CollectorSpan, CollectorSpanSchema } from "../../../proto/gen/netcap_pb.ts";

const TCP = 38;

function row(After: bigint, Sequence: bigint, SpanStart: bigint, Timestamp: bigint): CollectorSpan {
  const Records = Sequence - After;
  const Stored = Records > 0n ? [{ Type: TCP, Batches: Records, Records }] : [];
  return create(CollectorSpanSchema, {
    Session: 1n,
    After,
    Sequence,
    SpanStart,
    Timestamp,
    Stored,
  });
}

Deno.test("rows of one session may come by turns, and each counts once", () => {
  const bins = new SpanBins(1n);
  const rows = [row(0n, 10n, 1n, 20n), row(30n, 40n, 60n, 70n), row(10n, 30n, 21n, 80n)];
  assertEquals(rows.map((each) => bins.add(each)), ["added", "added", "added"]);
  assertEquals(rows.map((each) => bins.add(each)), ["there", "there", "there"]);
  assertEquals(bins.all.map(({ after, upTo }) => [after, upTo]), [[0n, 10n], [10n, 30n], [
    30n,
    40n,
  ]]);
  const empty = row(40n, 40n, 80n, 90n);
  assertEquals([bins.add(empty), bins.add(empty)], ["added", "there"]);
  assertEquals(bins.add(row(35n, 50n, 80n, 91n)), "overlaps");
  assertEquals(bins.add(row(5n, 8n, 1n, 20n)), "overlaps");
  assertEquals(bins.add(row(9n, 8n, 1n, 20n)), "overlaps");
  for (let place = 1n; place <= 40n; place++) assertEquals(bins.count(place, TCP, 1), true);
  assertEquals(bins.count(41n, TCP, 1), false);
  assertEquals(
    bins.all.map(({ booked, found }) => [booked, found].map((of) => of.get(TCP)!.records)),
    [
      [10, 10],
      [20, 20],
      [10, 10],
    ],
  );
});
