import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import { encodeHex } from "../lib/base/bytes/bytes.ts";
import { KeyFileError } from "../lib/base/errors.ts";
import { RECORD_TYPES, typeName, typeNumber } from "../lib/base/record/record_types.ts";
import { MIN_SPOOL_BYTES, SENSOR_DEFAULTS } from "../lib/base/sensor_defaults.ts";
import { runCollector } from "../lib/run_collector_io.ts";
import { runSensor } from "../lib/run_sensor_io.ts";
import type { SensorOptions } from "../lib/transport/sensor_options_io.ts";
import type { SensorReport } from "../lib/transport/sensor_report.ts";
import { parseBatchMessage } from "../lib/pack/batch_message.ts";
import { gunzip } from "../lib/pack/gzip.ts";
import { BoxOpener } from "../lib/seal/box.ts";
import { keyPairOf } from "../lib/seal/key.ts";
import type { Address } from "../lib/transport/address.ts";
import { parseDatagram } from "../lib/transport/box/datagram.ts";
import type { CollectorReport } from "../lib/write/counts/collector_report.ts";
import { inFolder } from "./programs/program.ts";
import { Said } from "./said.ts";
import { Peer } from "./transport/loopback.ts";

const CAPTURE = `${import.meta.dirname}/captures/office.pcap`;
const DNS_CAPTURE = `${import.meta.dirname}/captures/dns.pcap`;
const COLLECTOR = keyPairOf(new Uint8Array(32).fill(1));

/** Options of a sensor that sends to a socket of ours, which may leave it all unread. */
function optionsFor(peer: Peer, options: Partial<SensorOptions> = {}): SensorOptions {
  return {
    collector: peer.address,
    collectorKey: COLLECTOR.publicKey,
    clientId: "xyz",
    transport: "box",
    sources: [CAPTURE],
    ...options,
  };
}

/** Asserts that every record is accounted for. */
function assertConserved({ types, dissect, capture }: SensorReport): void {
  for (const [type, { made, sent, dropped, tooLarge, failed }] of types) {
    assertEquals(made, sent + dropped + tooLarge + failed, typeName(type));
  }
  const others = [dissect.failed, dissect.unknown].flatMap((counts) => Object.values(counts));
  assertEquals(dissect.packets, others.reduce((sum, count) => sum + count, dissect.decoded));
  assertEquals(capture.delivered, dissect.packets);
}

/** The sender's key and the message of a datagram. */
function open(datagram: Uint8Array) {
  const { publicKey, nonce, box } = parseDatagram(datagram)!;
  const content = new BoxOpener(COLLECTOR.privateKey).open(box, nonce, publicKey)!;
  const unpacked = gunzip(content, 1 << 24);
  assert("bytes" in unpacked);
  return { publicKey, message: parseBatchMessage(unpacked.bytes)! };
}

for (const transport of ["session", "box"] as const) {
  Deno.test(`every record that a sensor makes it sends by ${transport}, and a collector stores`, () =>
    inFolder(async (folder) => {
      const stop = new AbortController();
      const listening = Promise.withResolvers<Address>();
      const collecting: Promise<CollectorReport> = runCollector({
        address: { hostname: "127.0.0.1", port: 0 },
        privateKey: COLLECTOR.privateKey,
        out: folder,
        onListening: listening.resolve,
      }, stop.signal);
      const sent = await runSensor({
        collector: await listening.promise,
        collectorKey: COLLECTOR.publicKey,
        transport,
        sources: [CAPTURE],
      });
      stop.abort();
      const { stored, refused, datagrams, session } = await collecting;
      assertConserved(sent);
      assertEquals(sent.problems, []);
      assertGreater(sent.types.size, 8);
      for (const [type, report] of sent.types) {
        assertEquals(stored.get(type)?.records, report.made, typeName(type));
        assertEquals(stored.get(type)?.batches, report.parts, typeName(type));
      }
      const all = [...sent.types.values()].reduce((sum, report) => sum + report.parts, 0);
      const came = transport === "box" ? datagrams : session.batches;
      const books = transport === "box" ? 0 : 1; // the last row of the sensor's
      assertEquals([came, refused.size], [all + books, 0]);
      assertEquals(stored.size, sent.types.size + books);
    }));
}

Deno.test("the report has every type by its number, whatever became of its records", async () => {
  using peer = new Peer();
  const log = new Said();
  const report = await runSensor(optionsFor(peer, {
    records: { payload: true, context: true, entropy: true },
    maxDatagramBytes: 600,
    rate: Infinity,
    log,
  }));
  assertConserved(report);
  const types = [...report.types.keys()];
  assertEquals(types, types.toSorted((a, b) => a - b));
  const tcp = report.types.get(typeNumber("TCP"))!;
  assert(tcp.tooLarge > 0 && tcp.sent > 0, `${tcp.tooLarge} of ${tcp.made} are too large`);
  const problems = log.problems.filter(([, text]) => text.includes("type TCP"));
  assertEquals(problems.length, tcp.tooLarge);
  const reason = "no datagram of 600 bytes can hold it";
  for (const problem of problems) {
    assertEquals(problem, [reason, `Cannot send 1 record of type TCP: ${reason}`]);
  }
});

Deno.test("two lines are said of every datagram", async () => {
  using peer = new Peer();
  const log = new Said();
  const types = [typeNumber("DNS")];
  const { types: reports } = await runSensor(optionsFor(peer, { types, log }));
  assertEquals([...reports.keys()], types);
  const { parts: datagrams, bytes } = reports.get(types[0]!)!;
  assertEquals(log.details.length, 2 * datagrams);
  assertEquals(log.problems, []);
  let written = 0;
  for (let datagram = 0; datagram < datagrams; datagram++) {
    const received = await peer.receive();
    const { message } = open(received);
    assertEquals(log.details.slice(2 * datagram, 2 * datagram + 2), [
      `got ${message.Data.length} bytes of type NC_DNS`,
      `packet-written: bytes=${received.length}`,
    ]);
    written += received.length;
  }
  assertEquals(written, bytes);
});

Deno.test("what records hold and box sends by default is what the original does, but for quiet types", () => {
  const { rate, maxQueueBytes, maxSpoolBytes, follow, ...defaults } = SENSOR_DEFAULTS;
  assertEquals(defaults, {
    replaySpeed: 0,
    records: { payload: false, context: true, entropy: false, tunnelDepth: 8 },
    defrag: true,
    transport: "session",
    encoding: "auto",
    maxBatchBytes: { session: 131_072, box: 10_240 },
    maxBatchBytesWithoutHeaders: 262_144,
    lingerMs: 30_000,
    rowMs: 60_000,
    flushIntervalMs: 5_000,
    spoolAfterMs: 5_000,
    maxDatagramBytes: 10_240,
  });
  assertEquals(follow, {
    idleSeconds: { tcp: 300, udp: 60, icmp: 10 },
    activeSeconds: 300,
    maxBytes: 32 * 1024 * 1024,
    hasCredentials: false,
    hasProfiles: false,
  });
  assert(rate > 0 && rate < Infinity);
  assert(maxQueueBytes > 0 && maxQueueBytes < Infinity);
  assert(maxSpoolBytes >= MIN_SPOOL_BYTES && maxSpoolBytes < Infinity);
});

Deno.test("batches and datagrams keep to the defaults, and say who sent them", async () => {
  using peer = new Peer();
  const { types, clientId } = await runSensor(optionsFor(peer, { sources: [DNS_CAPTURE] }));
  assertEquals(clientId, "xyz");
  const datagrams = [...types.values()].reduce((sum, report) => sum + report.parts, 0);
  assert(datagrams > 0);
  for (let datagram = 0; datagram < datagrams; datagram++) {
    const received = await peer.receive();
    assert(received.length <= 10_240);
    const { ClientID, Data, MessageType, ContainsPayloads } = open(received).message;
    assertEquals([ClientID, ContainsPayloads], ["xyz", false]);
    assert(Data.length <= 10_240, `${Data.length} bytes`);
    assert(RECORD_TYPES.includes(MessageType));
  }
});

Deno.test("with payloads in its records a sensor says so", async () => {
  using peer = new Peer();
  const records = { payload: true, context: true, entropy: false };
  await runSensor(optionsFor(peer, { sources: [DNS_CAPTURE], records }));
  assertEquals(open(await peer.receive()).message.ContainsPayloads, true);
});

Deno.test("a sensor is called like its host, where it may know that", async () => {
  using peer = new Peer();
  const options = { clientId: undefined, sources: [DNS_CAPTURE] };
  const { clientId } = await runSensor(optionsFor(peer, options));
  assertEquals(clientId, Deno.hostname());
  assertEquals(open(await peer.receive()).message.ClientID, clientId);
});

Deno.test({
  name: "without permission for that it is called by the first 8 hex digits of its key",
  permissions: { net: ["127.0.0.1", "0.0.0.0"], read: [DNS_CAPTURE], sys: false },
  async fn() {
    using peer = new Peer();
    const keys = new Set<string>();
    for (let run = 0; run < 2; run++) {
      const types = [typeNumber("NTP"), typeNumber("Ethernet")];
      const options = { clientId: undefined, sources: [DNS_CAPTURE], types };
      const { clientId, types: reports } = await runSensor(optionsFor(peer, options));
      for (const { parts } of reports.values()) {
        for (let datagram = 0; datagram < parts; datagram++) {
          const { publicKey, message } = open(await peer.receive());
          assertEquals(clientId, encodeHex(publicKey).slice(0, 8));
          assertEquals(message.ClientID, clientId);
          keys.add(encodeHex(publicKey));
        }
      }
    }
    assertEquals(keys.size, 2, "each run has a key of its own");
  },
});

Deno.test("a source that cannot be read is one of the report's problems; the others are sent", async () => {
  using peer = new Peer();
  const sources = [CAPTURE, "no-such.pcap", CAPTURE];
  const report = await runSensor(optionsFor(peer, { sources, rate: Infinity }));
  assertConserved(report);
  assertEquals(report.problems[0]?.code, "not-found");
  const ethernet = report.types.get(typeNumber("Ethernet"))!;
  assertEquals([ethernet.made, ethernet.sent], [2 * 657, 2 * 657]);
});

Deno.test("an abort before the start sends nothing", async () => {
  using peer = new Peer();
  const report = await runSensor(optionsFor(peer), AbortSignal.abort());
  assertEquals(report.types, new Map());
  assertEquals(report.dissect.packets, 0);
});

Deno.test("a key of the collector's that hides nothing is thrown", async () => {
  using peer = new Peer();
  const options = optionsFor(peer, { collectorKey: new Uint8Array(32) });
  const error = await assertRejects(() => runSensor(options), KeyFileError, "low order");
  assertEquals(error.code, "malformed");
});

Deno.test("a number that makes no sense is a mistake of the caller, and nothing is read", async () => {
  using peer = new Peer();
  const mistakes: Partial<SensorOptions>[] = [
    ...[-1, NaN].map((replaySpeed) => ({ replaySpeed })),
    ...[0, -1, NaN].map((maxBatchBytes) => ({ maxBatchBytes })),
    ...[-1, NaN, Infinity].map((flushIntervalMs) => ({ flushIntervalMs })),
    ...[0, 65_508].map((maxDatagramBytes) => ({ maxDatagramBytes })),
    ...[0, -5, NaN].map((rate) => ({ rate })),
  ];
  for (const mistake of mistakes) {
    const [name] = Object.keys(mistake);
    await assertRejects(() => runSensor(optionsFor(peer, mistake)), RangeError, `${name} is `);
  }
  for (const afterMs of [-1, NaN]) {
    const spool = { folder: "there-is-none", afterMs };
    const options = optionsFor(peer, { transport: "session", spool });
    await assertRejects(() => runSensor(options), RangeError, "spool.afterMs is ");
  }
});

Deno.test("an option that is undefined is as good as left out", async () => {
  using peer = new Peer();
  const { types } = await runSensor(optionsFor(peer, {
    sources: [DNS_CAPTURE],
    records: undefined,
    maxBatchBytes: undefined,
    flushIntervalMs: undefined,
    maxDatagramBytes: undefined,
    rate: undefined,
  }));
  assertGreater(types.get(typeNumber("DNS"))!.sent, 0);
});
