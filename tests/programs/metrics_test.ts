/** Both programs, watched: what they tell while they run is what they say at the end. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { needs, PROMETHEUS } from "../needs.ts";
import { checkMetrics } from "../transport/metrics/promtool.ts";
import { until } from "../until.ts";
import {
  type Ended,
  inFolder,
  PRIVATE_KEY,
  Program,
  PUBLIC_KEY,
  runProgram,
  startCollector,
} from "./program.ts";
import { Prometheus } from "./prometheus.ts";
import { ask, metricsUrl, scrape, type Scraped, scrapeText, sumOf } from "./scrape.ts";

const RULES = new URL("../../packaging/farcap.rules.yml", import.meta.url).pathname;
const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;
/** As `capinfos -c` counts them. */
const PACKETS = 657;
/** A name that would end a label, a line or a series. */
const CLIENT = 'a"b\\n} 1';
const LABEL = String.raw`client="a\"b\\n} 1"`;

/** A sensor that reads a folder until it is told to end, and is watched. */
async function startSensor(folder: string, address: string): Promise<[Program, string]> {
  await Deno.mkdir(`${folder}/watched`);
  await Deno.copyFile(CAPTURE, `${folder}/watched/office.pcap`);
  const to = ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", CLIENT];
  const sensor = new Program("sensor.ts", [...to, "-watch", `${folder}/watched`, "-metrics", "0"]);
  return [sensor, await metricsUrl(sensor)];
}

/** Waits until the collector has acknowledged all that the sensor has made; gives what it tells then. */
async function untilSettled(url: string): Promise<Scraped> {
  let scraped: Scraped = new Map();
  await until("all is settled", async () => {
    scraped = await scrape(url);
    const made = sumOf(scraped, "farcap_made_records_total");
    return scraped.get("farcap_captured_packets_total") === PACKETS &&
      made === sumOf(scraped, "farcap_settled_records_total");
  });
  return scraped;
}

/** `name=value` in the line of a program's totals that begins like that. */
function totalsOf({ stdout }: Ended, line: string): Record<string, number> {
  const found = stdout.split("\n").findLast((each) => each.startsWith(line));
  assert(found !== undefined, `no line ${line} in\n${stdout}`);
  const pairs = [...found.matchAll(/([\w-]+)=(\d+)/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, Number(value)]));
}

Deno.test("what both programs tell while they run is what they say at the end", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder, ["-metrics", "127.0.0.1:0"]);
    await using _ = collector;
    const url = await metricsUrl(collector);
    const [sensor, sensorUrl] = await startSensor(folder, address);
    await using _sensor = sensor;
    const told = await untilSettled(sensorUrl);
    assertEquals(await ask(sensorUrl, "/healthz"), [200, "alive\n"]);
    assertEquals(await ask(sensorUrl, "/readyz"), [200, "ready\n"]);
    assertEquals(told.get("farcap_connected"), 1);
    assertEquals(told.get("farcap_connect_seconds_count"), 1);

    const ended = await sensor.stop();
    const { packets, decoded, "not-decoded": undecoded } = totalsOf(ended, "packets=");
    assertEquals(packets, PACKETS);
    assertEquals(told.get("farcap_decoded_packets_total"), decoded);
    assertEquals(sumOf(told, "farcap_undecoded_packets_total"), undecoded);
    assertEquals(sumOf(told, "farcap_undecoded_layer_packets_total"), undecoded);
    for (const type of ["TCP", "UDP", "DNS", "Ethernet"]) {
      const of = (what: string) => told.get(`farcap_${what}_total{type="${type}"}`);
      const { made, stored, bytes, batches } = totalsOf(ended, `${type}: `);
      assertEquals([of("made_records"), of("settled_records")], [made, stored], type);
      assertEquals([of("sent_bytes"), of("sent_batches")], [bytes, batches], type);
    }

    // Some records, of connections that have not ended, are made when the sensor ends.
    const made = [...ended.stdout.matchAll(/^\w+: made=(\d+) /gm)]
      .reduce((all, [, count]) => all + Number(count), 0);
    const kept = await scrape(url);
    const ofSensor = (what: string) => kept.get(`farcap_sensor_${what}{${LABEL}}`);
    assertEquals(ofSensor("captured_packets_total"), PACKETS);
    assertEquals([ofSensor("made_records_total"), ofSensor("settled_records_total")], [made, made]);
    assertEquals([ofSensor("connected"), ofSensor("ended")], [0, 1]);
    const collected = await collector.stop();
    const { sessions, batches } = totalsOf(collected, "sessions=");
    assertEquals(kept.get("farcap_accepted_connections_total"), sessions);
    assertEquals(kept.get("farcap_session_batches_total"), batches);
    const { records } = totalsOf(collected, "stored: ");
    assertEquals(sumOf(kept, "farcap_stored_records_total"), records);
    const tcp = totalsOf(collected, "TCP: ");
    assertEquals(kept.get('farcap_stored_bytes_total{type="TCP"}'), tcp.stored);
    assertEquals(kept.get('farcap_stored_unpacked_bytes_total{type="TCP"}'), tcp.bytes);
    assert(kept.get("farcap_commit_seconds_count")! > 0);
    assert(kept.get("farcap_disk_free_bytes")! > 0);
  }));

Deno.test("a sensor without a collector is alive, and not ready for a reason", () =>
  inFolder(async (folder) => {
    const [sensor, url] = await startSensor(folder, "127.0.0.1:1");
    await using _ = sensor;
    await until("it says so", async () => {
      const [status, text] = await ask(url, "/readyz");
      return status === 503 && /^no collector for \d+ s: .+\n$/.test(text);
    });
    assertEquals(await ask(url, "/healthz"), [200, "alive\n"]);
    const told = await scrape(url);
    assertEquals(told.get("farcap_connected"), 0);
    assert(told.get("farcap_connection_failures_total")! > 0);
  }));

Deno.test("without the permission to listen there, a line says which flag it takes", async () => {
  for (const [program, own] of [["collector.ts", "-privkey"], ["sensor.ts", "-pubkey"]] as const) {
    const { code, stdout, stderr } = await runProgram(
      program,
      [own, own === "-pubkey" ? PUBLIC_KEY : PRIVATE_KEY, "-read", "x", "-metrics", "9464"]
        .filter((arg) => program === "sensor.ts" || !/^(-read|x)$/.test(arg)),
      { permissions: ["--allow-net=0.0.0.0:0", "--allow-read", "--no-prompt"] },
    );
    assertEquals([code, stdout], [1, ""]);
    assertMatch(
      stderr,
      /^Cannot serve metrics on 127\.0\.0\.1:9464: Deno does not permit it; wanted: --allow-net=127\.0\.0\.1:9464\n$/,
    );
  }
});

Deno.test("an address that is none is wrong usage", async () => {
  const args = ["-privkey", PRIVATE_KEY, "-metrics", "localhost"];
  const { code, stderr } = await runProgram("collector.ts", args);
  assertEquals(code, 2);
  assertMatch(stderr, /^Wrong value "localhost" of -metrics: wanted PORT or HOST:PORT; /);
});

Deno.test({
  ...needs(
    "Prometheus scrapes both, finds nothing wrong, and answers with their values",
    PROMETHEUS,
  ),
  fn: () =>
    inFolder(async (folder) => {
      const { collector, address } = await startCollector(folder, ["-metrics", "0"]);
      await using _ = collector;
      const url = await metricsUrl(collector);
      const [sensor, sensorUrl] = await startSensor(folder, address);
      await using _sensor = sensor;
      const told = await untilSettled(sensorUrl);
      assertEquals(await checkMetrics(await scrapeText(sensorUrl)), "");
      await using prometheus = await Prometheus.start(`${folder}/prometheus`, [url, sensorUrl], [
        RULES,
      ]);
      await until("it has scraped both", async () => await prometheus.value("sum(up)") === 2);
      const tcp = 'farcap_made_records_total{type="TCP"}';
      assertEquals(await prometheus.value(tcp), told.get(tcp));
      await sensor.stop();
      assertEquals(await checkMetrics(await scrapeText(url)), "");
      const [row] = await prometheus.series("farcap_sensor_captured_packets_total");
      assertEquals([row?.metric.client, row?.value], [CLIENT, PACKETS]);
    }),
});
