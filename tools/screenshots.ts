/**
 * deno task screenshots [SECONDS] [FOLDER]
 *
 * Makes the pictures of the page in docs/images/, or in FOLDER: sensors read captures of offices as if it
 * were now, and one is killed. A browser looks at that after 200 seconds.
 */
import { concat, encodeHex } from "../lib/base/bytes/bytes.ts";
import { enterPage, goTo, openTab, startBrowser } from "../tests/www/browser.ts";
import { startWatched } from "./measure/watched_collector.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const CAPTURE = `${ROOT}tests/captures/office.pcap`;
const seconds = Number(Deno.args[0] ?? 200);
const images = Deno.args[1] ?? `${ROOT}docs/images`;
/** By name, how many offices each sees at once. */
const SENSORS = { "gate": 2, "lab": 1, "office": 3, "plant-1": 4, "plant-2": 2, "warehouse": 1 };
const HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const KILLED = "warehouse";
const PICTURES = [
  { name: "page", view: "", colorScheme: "dark", width: 1280, height: 640 },
  { name: "page-traffic", view: "traffic", colorScheme: "light", width: 1280, height: 640 },
  { name: "page-ledger", view: "ledger", colorScheme: "dark", width: 1280, height: 640 },
  { name: "page-phone", view: "", colorScheme: "light", width: 390, height: 800 },
] as const;

const folder = await Deno.makeTempDir({ prefix: "farcap-pictures-" });
const packets = packetsOf(await Deno.readFile(CAPTURE));
const running = new Map<string, Deno.ChildProcess>();
try {
  await takePictures();
} finally {
  for (const child of running.values()) child.kill("SIGKILL");
  await Promise.all([...running.values()].map((child) => child.status));
  await Deno.remove(folder, { recursive: true });
}

async function takePictures(): Promise<void> {
  await using collector = await startWatched(folder);
  const key = encodeHex(collector.publicKey);
  for (const [name, offices] of Object.entries(SENSORS)) {
    await Deno.writeFile(`${folder}/${name}.pcap`, captureOf(offices));
    running.set(name, startSensor(name, collector.address, key));
  }
  await new Promise((resolve) => setTimeout(resolve, seconds * 500));
  running.get(KILLED)!.kill("SIGKILL");
  running.delete(KILLED);
  await using browser = await startBrowser();
  const tabs = [];
  for (const picture of PICTURES) {
    const { colorScheme, width, height } = picture;
    const tab = await openTab(browser, { colorScheme, viewport: { width, height } });
    await enterPage(tab, collector.pagePort, collector.token);
    tabs.push({ ...picture, tab });
  }
  await new Promise((resolve) => setTimeout(resolve, seconds * 500));
  for (const { tab, name, view } of tabs) {
    await goTo(tab, collector.pagePort, view);
    if (view !== "") await tab.page.locator("select").first().selectOption("900");
    await tab.page.locator(".loading[aria-busy=true]").waitFor({ state: "detached" });
    await tab.page.evaluate("scrollTo(0, 0)");
    await tab.page.screenshot({ path: `${images}/${name}.png` });
    console.log(`${images}/${name}.png`);
  }
}

/** A sensor that reads its capture as fast as it was captured. */
function startSensor(name: string, address: string, key: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", `--config=${ROOT}deno.json`, `${ROOT}sensor.ts`],
      ...["-addr", address, "-pubkey", key, "-client", name, "-replay-speed", "1"],
      ...["-read", `${folder}/${name}.pcap`, "-conn-timeout", "10s"],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** A packet of a capture, with its header. */
interface CapturedPacket {
  /** In microseconds, since the first. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** The packets of a pcap of this byte order with microseconds; in front, what stands before them. */
function packetsOf(capture: Uint8Array<ArrayBuffer>) {
  const view = new DataView(capture.buffer);
  const all: CapturedPacket[] = [];
  const timeAt = (at: number) => view.getUint32(at, true) * 1e6 + view.getUint32(at + 4, true);
  const first = timeAt(HEADER_BYTES);
  for (let at = HEADER_BYTES; at < capture.length;) {
    const end = at + PACKET_HEADER_BYTES + view.getUint32(at + 8, true);
    all.push({ at: timeAt(at) - first, bytes: capture.subarray(at, end) });
    at = end;
  }
  return { header: capture.subarray(0, HEADER_BYTES), all, lasts: all.at(-1)!.at };
}

/** A capture that begins now and goes on for longer than anybody looks, of so many offices at once. */
function captureOf(offices: number): Uint8Array {
  const { header, all, lasts } = packets;
  const now = Date.now() * 1e3;
  const shown: CapturedPacket[] = [];
  for (let begin = 0; begin < 2 * seconds * 1e6; begin += lasts / offices) {
    for (const { at, bytes } of all) {
      const moved = bytes.slice();
      const view = new DataView(moved.buffer);
      const time = now + begin + at;
      view.setUint32(0, Math.floor(time / 1e6), true);
      view.setUint32(4, time % 1e6, true);
      shown.push({ at: time, bytes: moved });
    }
  }
  shown.sort((a, b) => a.at - b.at);
  return concat([header, ...shown.map(({ bytes }) => bytes)]);
}
