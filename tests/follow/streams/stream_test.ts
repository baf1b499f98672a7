import { assertEquals } from "@std/assert";
import { HTTPSchema, ServiceSchema } from "../../../proto/gen/netcap_pb.ts";
import type { Frame } from "../../decode/captured_frames.ts";
import { randomNumbers } from "../../base/random_numbers.ts";
import { follow } from "./followed_capture.ts";
import { talk } from "./talk.ts";

const GET = "GET /path HTTP/1.1\r\nHost: a.example\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

function statuses(frames: readonly Omit<Frame, "number">[]): number[] {
  return follow(frames).of(HTTPSchema).map(({ StatusCode }) => StatusCode);
}

Deno.test("sequence numbers may wrap, segments come twice and in any order", () => {
  const said = Array.from({ length: 20 }, () => [["client", GET], ["server", OK]] as const).flat();
  for (let seed = 0; seed < 20; seed++) {
    const below = randomNumbers(seed);
    const frames = talk(said, { isn: [0xffffff80, 0xfffffff0], segmentBytes: 16 });
    const mixed = frames.flatMap((frame) => below(5) === 0 ? [frame, frame] : [frame]);
    for (let index = mixed.length - 3; index > 3; index--) {
      if (below(4) === 0) [mixed[index], mixed[index - 1]] = [mixed[index - 1]!, mixed[index]!];
    }
    assertEquals(statuses(mixed), Array(20).fill(200), `seed ${seed}`);
  }
});

Deno.test("a connection that the capture has from the middle on is read where it makes sense", () => {
  const frames = talk([["client", GET], ["server", OK], ["client", GET], ["server", OK]], {
    segmentBytes: 20,
  });
  const counts = frames.map((_, from) => statuses(frames.slice(from)).length);
  assertEquals(counts.slice(0, 3), [2, 2, 2]);
  assertEquals(Math.max(...counts), 2);
});

Deno.test("a segment that is missing or cut ends the reading and is counted; what was whole stays", () => {
  const frames = talk(
    [["client", GET], ["server", OK], ["client", GET + GET], ["server", OK + OK]],
    {
      segmentBytes: 20,
    },
  );
  const missing = follow(frames.toSpliced(7, 1));
  assertEquals([missing.counts.missing, missing.of(HTTPSchema).length], [1, 1]);
  const { bytes } = frames[7]!;
  const cut = follow(frames.with(7, { ...frames[7]!, bytes: bytes.subarray(0, bytes.length - 5) }));
  assertEquals([cut.counts.cut, cut.of(HTTPSchema).length], [1, 1]);
});

Deno.test("what is held is bounded, and comes back when connections end", () => {
  const waiting = talk([["client", "GET /"]], { hasEnd: false });
  const late = talk([["client", "x".repeat(200_000)]], { hasBeginning: false, hasEnd: false });
  const gap = follow([...talk([], { hasEnd: false }), ...late.slice(1)]);
  assertEquals(gap.counts.missing, 1);
  // 3,000 connections one after the other in room for a hundred.
  const many = Array.from({ length: 3000 }, (_, index) =>
    waiting.map((frame) => {
      const copy = frame.bytes.slice();
      const portAt = copy[12] === 192 ? 20 : 22;
      copy[portAt] = 0x80 | (index >> 8);
      copy[portAt + 1] = index & 0xff;
      return { ...frame, bytes: copy, sec: 1000 + 400 * index };
    })).flat();
  assertEquals(follow(many, { maxBytes: 1 << 19 }).counts.noRoom, 0);
  const together = many.map((frame) => ({ ...frame, sec: 1000 }));
  const full = follow(together, { maxBytes: 1 << 19 });
  assertEquals(full.counts.noRoom > 0, true);
});

Deno.test("of a server nobody reads, what it says first is in the record of the service", () => {
  const followed = follow(talk([
    ["client", "\x01\x02\x03"],
    ["server", "\x04banner"],
    ["client", "\x05"],
    ["server", "\x06"],
  ], { serverPort: 9999 }));
  const services = followed.of(ServiceSchema).map((
    { IP, Port, Name, Banner },
  ) => [IP, Port, Name, Banner]);
  assertEquals(services, [["198.51.100.2", 9999, "", "\x04banner"]]);
  const ftp = follow(talk([["server", "220 ready\r\n"], ["client", "USER a\r\n"]]));
  assertEquals(ftp.of(ServiceSchema).map(({ Name, Banner }) => [Name, Banner]), [[
    "FTP",
    "220 ready\r\n",
  ]]);
});
