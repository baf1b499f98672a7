import { assertEquals } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { DNSSchema } from "../../../proto/gen/netcap_pb.ts";
import { message, name, question, u16 } from "../../decode/application/dns_messages.ts";
import { follow, type Followed } from "./followed_capture.ts";
import { CLIENT_PORT, talk } from "./talk.ts";

/** A message asking for `label`, with its length in front. */
function asked(label: string): Uint8Array<ArrayBuffer> {
  const bytes = message({ questions: [question(name(label))] });
  return concat([Uint8Array.from(u16(bytes.length)), bytes]);
}

function names(followed: Followed): string[] {
  return followed.of(DNSSchema).map(({ Questions }) =>
    new TextDecoder().decode(Questions[0]!.Name)
  );
}

Deno.test("DNS over TCP: messages are read whatever the segments, on any port", () => {
  const messages = concat(["a", "b.example", "c"].map(asked));
  for (const serverPort of [53, 8053]) {
    for (const segmentBytes of [1, 2, 20, 1400]) {
      const followed = follow(talk([["client", messages]], { serverPort, segmentBytes }));
      assertEquals(names(followed), ["a", "b.example", "c"]);
      const [first] = followed.of(DNSSchema);
      assertEquals([first!.SrcIP, first!.SrcPort], ["192.0.2.1", CLIENT_PORT]);
      assertEquals([first!.DstIP, first!.DstPort], ["198.51.100.2", serverPort]);
    }
  }
});

Deno.test("DNS over TCP: what is whole of a message that the capture has cut is in the record", () => {
  const address = [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4];
  const answer = message({ questions: [question(name("a"))], answers: [address] });
  const said = concat([Uint8Array.from(u16(answer.length)), answer]);
  const frames = talk([["server", said]], { serverPort: 53, hasEnd: false });
  const last = frames.pop()!;
  const followed = follow([...frames, { ...last, bytes: last.bytes.subarray(0, -3) }]);
  const [record, ...others] = followed.of(DNSSchema);
  assertEquals(others, []);
  assertEquals([record!.Truncated, record!.Questions.length, record!.Answers.length], [true, 1, 0]);
  assertEquals([record!.SrcIP, record!.ANCount, followed.counts.cut], ["198.51.100.2", 1, 1]);
});

Deno.test("DNS over TCP: a message that is none ends the reading and is counted", () => {
  const bad = Uint8Array.of(0, 14, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xff, 0xff);
  const followed = follow(
    talk([["client", concat([asked("a"), bad, asked("b")])]], { serverPort: 53 }),
  );
  assertEquals([names(followed), followed.counts.broken], [["a"], 1]);
});
