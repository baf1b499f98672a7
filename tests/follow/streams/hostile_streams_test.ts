import { assert, assertEquals } from "@std/assert";
import { HTTPSchema, ServiceSchema, SoftwareSchema } from "../../../proto/gen/netcap_pb.ts";
import { randomNumbers } from "../../base/random_numbers.ts";
import { captures, type Frame, framesOf } from "../../decode/captured_frames.ts";
import { follow } from "./followed_capture.ts";
import { talk } from "./talk.ts";

type AnyFrame = Omit<Frame, "number">;

/** Behind Ethernet, IPv4 and TCP, roughly: what is before is damaged elsewhere. */
const PAYLOAD_AT = 54;

/** Talks of all applications that are read, and frames of captures. */
function spoken(): AnyFrame[] {
  const mail =
    "EHLO a\r\nAUTH PLAIN AGEAYg==\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\nBDAT 3\r\nabc";
  const boxes = "CAPA\r\nUSER a\r\nPASS b\r\nRETR 1\r\nAUTH PLAIN\r\nAGEAYg==\r\nQUIT\r\n";
  const said = [
    talk([["server", "220 a ESMTP\r\n"], ["client", mail], [
      "server",
      "250 ok\r\n334 \r\n250 ok\r\n",
    ]]),
    talk([["server", "+OK ready\r\n"], ["client", boxes], [
      "server",
      "+OK\r\na\r\n.\r\n+OK\r\n-ERR\r\n",
    ]]),
    talk([
      ["client", "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"],
      ["server", "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Max-Age=5\r\nContent-Length: 2\r\n\r\nok"],
    ]),
  ];
  const names = ["own/dns.pcap", "own/http.pcap", "own/ssh.pcap", "own/office.pcap"];
  const recorded = captures().filter(({ name }) => names.includes(name)).map((
    capture,
  ) => [...framesOf(capture)]);
  assert(recorded.length === names.length);
  return [...said, ...recorded].flat();
}

/** Some frames less, twice, elsewhere, shorter, and with other bytes. */
function damaged(frames: readonly AnyFrame[], below: (n: number) => number): AnyFrame[] {
  const all = frames.flatMap((frame) => {
    const kind = below(40);
    if (kind === 0) return [];
    if (kind === 1) return [frame, frame];
    const payloadBytes = frame.bytes.length - PAYLOAD_AT;
    if (payloadBytes <= 0 || kind > 9) return [frame];
    if (kind === 2) {
      return [{ ...frame, bytes: frame.bytes.subarray(0, PAYLOAD_AT + below(payloadBytes)) }];
    }
    const bytes = frame.bytes.slice();
    for (let flips = 1 + below(3); flips > 0; flips--) {
      bytes[PAYLOAD_AT + below(payloadBytes)] = below(256);
    }
    return [{ ...frame, bytes }];
  });
  for (let index = all.length - 1; index > 0; index--) {
    if (below(12) === 0) [all[index], all[index - 1]] = [all[index - 1]!, all[index]!];
  }
  return all;
}

Deno.test("whatever is damaged in what connections say, nothing throws, and all memory comes back", () => {
  const frames = spoken();
  let broken = 0;
  for (let seed = 0; seed < 12; seed++) {
    const hurt = damaged(frames, randomNumbers(seed));
    const later = hurt.map((frame) => ({ ...frame, sec: frame.sec + 100_000_000 }));
    const once = follow(hurt);
    const twice = follow([...hurt, ...later]);
    // What is left is what has been seen, and that is the same.
    assertEquals(twice.memory.bytes, once.memory.bytes, `seed ${seed}`);
    broken += once.counts.broken + once.counts.cut + once.counts.missing;
  }
  assert(broken > 12, `${broken} streams could not be read on`);
});

Deno.test("what readers keep is in -follow-memory, too: heads that wait, names that were seen", () => {
  const header = `X-Long: ${"a".repeat(15_000)}\r\n`;
  const asking = talk([["client", `GET / HTTP/1.1\r\n${header}\r\n`.repeat(20)]], {
    hasEnd: false,
  });
  const many = Array.from(
    { length: 20 },
    (_, index) => asking.map((frame) => ({ ...withPort(frame, index), sec: 1000 })),
  ).flat();
  const followed = follow(many, { maxBytes: 2 << 20 });
  assert(
    followed.memory.most > 1 << 20 && followed.memory.most <= 2 << 20,
    `${followed.memory.most}`,
  );
  assert(followed.counts.noRoom > 0);
  assert(followed.of(HTTPSchema).length >= 20);
  const programs = Array.from(
    { length: 300 },
    (_, index) => `GET / HTTP/1.1\r\nUser-Agent: ${index}${"b".repeat(9000)}/1\r\n\r\n`,
  );
  const named = follow(talk([["client", programs.join("")]]), { maxBytes: 4 << 20 });
  assertEquals(named.of(SoftwareSchema).length, 300);
  assert(named.memory.bytes < 300 * 2400, `${named.memory.bytes} bytes are kept of 300 names`);
});

Deno.test("a service that goes by several names has a record of each, not one a connection", () => {
  const said = [
    ["client", "CONNECT a:1 HTTP/1.1\r\n\r\n"],
    ["server", "HTTP/1.1 200 OK\r\nServer: proxy/1\r\n\r\n"],
    ["client", "GET / HTTP/1.1\r\n\r\n"],
    ["server", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ] as const;
  const frames = Array.from(
    { length: 5 },
    (_, index) => talk(said).map((frame) => withPort(frame, index)),
  );
  const services = follow(frames.flat()).of(ServiceSchema);
  assertEquals(services.map(({ Name, Product }) => [Name, Product]), [["HTTP", "proxy"], [
    "HTTP",
    "",
  ]]);
});

/** The frame as if the client had another port. */
function withPort(frame: AnyFrame, index: number): AnyFrame {
  const bytes = frame.bytes.slice();
  const portAt = bytes[12] === 192 ? 20 : 22;
  bytes[portAt] = 0x80 | (index >> 8);
  bytes[portAt + 1] = index & 0xff;
  return { ...frame, bytes };
}
