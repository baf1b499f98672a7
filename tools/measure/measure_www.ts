/**
 * deno task measure-www [MINUTES] [SENSORS]
 *
 * A collector with 200 sensors, each with a batch every two seconds, whose page a browser and four other
 * viewers look at for an hour. Prints how long it takes from an event until it is painted, the page's
 * heap, what a viewer is sent, and what the page costs the collector, compared with no viewers before.
 */
import { parseAddress, sessionAddress } from "../../lib/transport/address.ts";
import { encoded, enter } from "../../tests/www/asked.ts";
import { enterPage, openTab, startBrowser } from "../../tests/www/browser.ts";
import { startWatched } from "./watched_collector.ts";
import { secondsOf } from "./measured_programs.ts";
import { sendNowAndThen } from "./sensor_crowd.ts";

const minutes = Number(Deno.args[0] ?? 60);
const sensors = Number(Deno.args[1] ?? 200);
const PERIOD_MS = 2_000;
const OTHER_VIEWERS = 4;
/** How long the collector's load without viewers is measured. */
const ALONE_MS = 60_000;

/** Notes for each event when what it changed has been painted. */
const WATCH_EVENTS = `(() => {
  globalThis.delays = [];
  const Native = EventSource;
  globalThis.EventSource = class extends Native {
    constructor(url) {
      super(url);
      this.addEventListener("changes", ({ data }) => {
        const { at } = JSON.parse(data);
        requestAnimationFrame(() => setTimeout(() => delays.push(Date.now() - at)));
      });
    }
  };
})()`;

const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
try {
  await measure();
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function measure(): Promise<void> {
  await using collector = await startWatched(folder);
  const { pagePort: port, token } = collector;
  await using _sending = await sendNowAndThen({
    address: sessionAddress(parseAddress(collector.address, "")!),
    collectorKey: collector.publicKey,
  }, { sensors, batchBytes: 4096, name: "sensor", periodMs: PERIOD_MS });
  await pause(ALONE_MS / 4);
  const alone = await loadOf(collector.pid, () => pause(ALONE_MS));

  const cookie = await enter(port, token);
  const viewers = await Promise.all(
    Array.from({ length: OTHER_VIEWERS }, () => countBytes(port, cookie)),
  );
  await using browser = await startBrowser();
  const tab = await openTab(browser, { viewport: { width: 1280, height: 900 } });
  await tab.page.addInitScript(WATCH_EVENTS);
  await enterPage(tab, port, token);
  const before = viewers.map(({ bytes }) => bytes);
  const watched = await loadOf(collector.pid, () => pause(minutes * 60_000));
  const perViewer = viewers.map(({ bytes }, n) => (bytes - before[n]!) / minutes / 60_000);
  const delays = await tab.page.evaluate("delays") as number[];
  const devtools = await tab.page.context().newCDPSession(tab.page);
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  viewers.forEach(({ stop }) => stop());
  delays.sort((a, b) => a - b);
  const at = (part: number) => delays[Math.floor(part * (delays.length - 1))];
  const cost = (watched - alone) / (OTHER_VIEWERS + 1);
  console.log(`${sensors} sensors, ${minutes} min, ${OTHER_VIEWERS + 1} viewers`);
  console.log(`event to paint: median ${at(0.5)} ms, p95 ${at(0.95)} ms, of ${delays.length}`);
  console.log(`heap of the page: ${(usedSize / 2 ** 20).toFixed(1)} MiB`);
  console.log(`a viewer is sent ${Math.max(...perViewer).toFixed(1)} kB/s`);
  console.log(
    `the collector takes ${percent(watched)} of a core, ${percent(alone)} without viewers: ` +
      `${percent(cost)} a viewer`,
  );
}

/** Which part of a core a process takes meanwhile. */
async function loadOf(pid: number, meanwhile: () => Promise<void>): Promise<number> {
  const [before, beganMs] = [await secondsOf(pid), performance.now()];
  await meanwhile();
  return (await secondsOf(pid) - before) / (performance.now() - beganMs) * 1000;
}

/** A viewer that only counts. */
async function countBytes(port: number, cookie: string) {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(encoded(port, "GET /api/events?records", { Cookie: cookie }));
  const viewer = { bytes: 0, stop: () => connection.close() };
  (async () => {
    const chunk = new Uint8Array(65_536);
    for (let read; (read = await connection.read(chunk)) !== null;) viewer.bytes += read;
  })().catch(() => {}); // it has been stopped
  return viewer;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
