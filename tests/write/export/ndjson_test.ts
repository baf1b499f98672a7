/** What others read in our own JSON, beside what tshark says of the same capture. */
import { assert, assertEquals } from "@std/assert";
import { JQ, needs, TSHARK } from "../../needs.ts";
import {
  exportRecords,
  jqLines,
  OFFICE,
  recordedOffice,
  sorted,
  tshark,
} from "./recorded_capture.ts";

Deno.test({
  ...needs("ndjson: headers of a capture are what tshark says, each once", TSHARK, JQ),
  async fn() {
    const out = await exportRecords(await recordedOffice(), "ndjson");
    const records = <T>(type: string, filter: string) =>
      jqLines<T>(`${out}/records.ndjson`, `select(.type == "${type}") | ${filter}`);
    const headers = await tshark(
      OFFICE,
      "ip",
      ...["frame.time_epoch", "ip.src", "ip.id", "ip.proto", "ip.len", "ip.ttl"],
    );
    assert(headers.length > 300);
    assertEquals(
      sorted(await records("IPv4", "[.Timestamp, .SrcIP, .Id // 0, .Protocol, .Length, .TTL]")),
      sorted(headers.map(([time, src, ...numbers]) => [
        ...[fullTime(time!), src],
        ...numbers.map(Number),
      ])),
    );
    const segments = await tshark(
      OFFICE,
      "tcp and not icmp and not icmpv6",
      ...[
        "tcp.srcport",
        "tcp.dstport",
        "tcp.window_size_value",
        "tcp.flags.syn",
        "tcp.flags.fin",
      ],
    );
    assertEquals(
      sorted(
        await records("TCP", "[.SrcPort, .DstPort, .Window // 0, .SYN // false, .FIN // false]"),
      ),
      sorted(segments.map(([src, dst, window, syn, fin]) => [
        ...[Number(src), Number(dst), Number(window), syn === "1", fin === "1"],
      ])),
    );
  },
});

/** A time of tshark's as RFC 3339 has it. */
function fullTime(epoch: string): string {
  const [seconds, fraction = ""] = epoch.split(".");
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}
