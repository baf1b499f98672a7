/** What the page shows, and what the commands under it print. */
import { assert, assertEquals, AssertionError, assertMatch } from "@std/assert";
import { dirname } from "node:path";
import { bytesText, countText, offsetText } from "../../lib/www/page/numbers.js";
import { ConnectionSchema, DHCPv4Schema } from "../../proto/gen/netcap_pb.ts";
import { PUBLIC_KEY, runProgram, startCollector } from "../programs/program.ts";
import { enterPage, goTo, openTab, startBrowser, type Tab } from "./browser.ts";
import { NOW, Peer, quietPort, tokenOf } from "./peer.ts";

const ROOT = new URL("../../", import.meta.url);
const OFFICE = "office";
const MAC = "02:00:00:00:00:01";

/** Each command of each view is run, and its figures are those of the view. */
export async function sameByCommand(folder: string): Promise<void> {
  const port = quietPort();
  const { collector, address } = await startCollector(folder, ["-www", String(port)]);
  await using _ = collector;
  const sensor = ["-addr", address, "-pubkey", PUBLIC_KEY, "-client", OFFICE];
  const capture = new URL("tests/captures/office.pcap", ROOT).pathname;
  const read = await runProgram("sensor.ts", [...sensor, "-read", capture]);
  assertEquals(read.code, 0, read.stderr);
  using peer = await Peer.connect(address, "plant-1");
  for (const [DstIP, TotalSize] of [["192.0.2.2", 1000], ["192.0.2.3", 70_000]] as const) {
    await peer.send(ConnectionSchema, {
      ...{ TimestampFirst: NOW, TimestampLast: NOW, SrcIP: "192.0.2.1", DstIP, TotalSize },
      ...{ TransportProto: "TCP", DstPort: "443", ApplicationProto: "TLS" },
    });
  }
  const hardware = { HardwareType: 1, HardwareLen: 6, ClientHWAddr: MAC };
  await peer.send(DHCPv4Schema, { Timestamp: NOW, Operation: 1, ...hardware, SrcIP: "192.0.2.1" });
  await using browser = await startBrowser();
  const tab = await openTab(browser);
  await enterPage(tab, port, await tokenOf(folder));
  for (const [view, compare] of Object.entries(VIEWS)) {
    await comparing(async () => {
      await goTo(tab, port, "access"); // so that the next is made anew
      await goTo(tab, port, view);
      await compare(tab, await Promise.all((await commandsIn(tab)).map(output)));
    });
  }
  tab.assertCalm();
}

/** Something may be stored, or told, between what is compared: then all of it is, once more. */
async function comparing(compare: () => Promise<void>): Promise<void> {
  for (let tries = 5;; tries--) {
    try {
      return await compare();
    } catch (error) {
      if (tries === 1 || !(error instanceof AssertionError)) throw error;
    }
  }
}

type Compare = (tab: Tab, printed: readonly string[]) => Promise<void>;

/** By view: compares what it shows with what its commands have printed. */
const VIEWS: Readonly<Record<string, Compare>> = {
  "": async (tab, [whole = "", sensors = "", ledger = ""]) => {
    const { farcap_sensors: connected, ...of } = Object.fromEntries(
      linesOf(whole).map((line) => line.split(" ")),
    );
    const tile = async (name: string) =>
      (await textsOf(tab, `.tile.${name} > strong, .tile.${name} > span`)).join("; ");
    const note = async (name: string) => (await textsOf(tab, `.tile.${name} > span`))[0]; // no rate
    const records = Number(of.farcap_stored_records_total);
    const told = tab.page.locator(".tile.records", { hasText: countText(records) });
    await told.waitFor({ timeout: 5000 }).catch(() => {}); // it is told every 2 s
    assertEquals(await note("records"), `${countText(records)} since start`);
    const bytes = Number(of.farcap_stored_bytes_total);
    assertEquals(await note("bytes"), `${bytesText(bytes)} since start`);
    assertEquals(await tile("connected"), `${connected}; connected, of 2`);
    assertEquals(await tile("lost"), "nothing; as sensors and collector count");
    const losses = Object.entries(of).filter(([name]) => !/stored|disk/.test(name));
    assertEquals(losses.filter(([, count]) => count !== "0"), []);
    assert(losses.length > 0);
    assertMatch(await tile("disk"), /^\d+ %; .* free$/);
    const [size, free] = [of.farcap_disk_size_bytes, of.farcap_disk_free_bytes].map(Number);
    const percent = Math.round((1 - free! / size!) * 100);
    assert(Math.abs(Number.parseInt(await tile("disk")) - percent) <= 1); // others write, too
    for (const client of [OFFICE, "plant-1"]) {
      const cells = await textsOf(tab, `.sensors tr:has([href$="/${client}"]) td.number`);
      const { told, key } = metricsOf(sensors, client);
      const [, , , , stored, , , clock] = cells;
      assertEquals(stored, bytesText(told("stored_bytes_total")));
      assertEquals(clock, clockText(told("clock_offset_seconds")));
      const [shown] = await textsOf(tab, `.sensors tr:has([href$="/${client}"]) td.text`);
      assertEquals(shown, key);
    }
    const none = "nothing is known to be missing \\(no books of 1 client\\)"; // of who made the peer
    assertMatch(ledger, new RegExp(`^ledger: ${none}; \\d+ records of 2 clients are stored$`, "m"));
  },
  ledger: async (tab, [ledger = ""]) => {
    const entries = await textsOf(tab, ".timeline tbody td.number");
    const count = entries.reduce((sum, text) => sum + (text === "whole" ? 0 : Number(text)), 0);
    assertEquals(linesOf(ledger).length - 1, count);
    assertEquals((await textsOf(tab, ".causes tbody tr")).length, count);
    assertMatch(ledger, /^ledger: missing \(not running\); /m);
    const [sum] = await textsOf(tab, ".sum");
    const away = "1 did not run all the time, and saw nothing then";
    assertEquals(
      sum,
      `Nothing is known to be missing of 2 sensors; ${away}; of 1 there are no books.`,
    );
  },
  traffic: async (tab, [records = "", ...rankings]) => {
    assertEquals(await textsOf(tab, ".loading > .none"), [
      `${records.trim()} records looked at.`,
    ]);
    const shown = await textsOf(tab, ".bars li");
    const same = rankings.flatMap((text) =>
      linesOf(text).map((line) => {
        const [, count, value] = /^ *(\d+) {2}(.*)$/.exec(line) ?? [];
        return `${value!.replaceAll("\t", " ")} ${bytesText(Number(count))}`;
      })
    );
    assertEquals(shown.map((text) => text.replaceAll("\n", " ")), same);
    assertEquals(same.length, 5); // a client, two servers, a service, a protocol
    await tab.page.locator("select").nth(1).selectOption(OFFICE); // who saw nothing lately
    await tab.page.getByRole("button", { name: "Show that time" }).click();
    await tab.page.locator(".bars li").first().waitFor();
    const [, office = ""] = await commandsIn(tab);
    const [first] = linesOf(await output(office));
    assertEquals(first!.trim().split("  ")[1], (await textsOf(tab, ".bars a"))[0]);
  },
  devices: async (tab, [devices = ""]) => {
    const [, ...rows] = linesOf(devices);
    assertEquals(rows.map((row) => row.split(/\s+/)[0]), [MAC]);
    assertEquals(await textsOf(tab, ".devices tbody th"), [MAC]);
  },
  access: async (tab, [sensors = "", enrolled]) => {
    const keys = [OFFICE, "plant-1"].map((client) => metricsOf(sensors, client).key!);
    assertEquals(await textsOf(tab, ".access td.mono"), keys);
    assertEquals(enrolled, ""); // everybody may send
  },
  [`sensor/${OFFICE}`]: async (tab, [sensor = "", dump = "", ledger = ""]) => {
    const { told, key } = metricsOf(sensor, OFFICE);
    const count = (name: string) => countText(told(name));
    const facts = Object.fromEntries(
      (await textsOf(tab, ".facts > div")).map((text) => text.split("\n")),
    );
    const shown = {
      ...{ "Key": key, "Clock": clockText(told("clock_offset_seconds")), "Lost": "0" },
      ...{ "Packets": count("captured_packets_total"), "Records": count("stored_records_total") },
      ...{ "Stored": bytesText(told("stored_bytes_total")), "Waiting": count("waiting_records") },
      ...{ "In flight": count("in_flight_records"), "Spooled": count("spooled_records") },
    };
    assertEquals({ ...facts, ...shown }, facts);
    const dumped = linesOf(dump).reduce((sum, line) => sum + Number.parseInt(line), 0);
    assertEquals(count("stored_records_total"), countText(dumped));
    const types = linesOf(ledger).map((line) => line.trim().split(/\s{2,}/))
      .filter(([type]) => /^[A-Z]\w+$/.test(type!));
    const rows = await textsOf(tab, ".types tbody tr");
    assertEquals(
      rows.map((row) => row.split(/\s+/).slice(0, 3)),
      types.map((
        [type, made, stored],
      ) => [type, countText(Number(made)), countText(Number(stored))]),
    );
  },
};

/** What elements say, one after another. */
async function textsOf({ page }: Tab, selector: string): Promise<string[]> {
  return await page.locator(selector).allInnerTexts();
}

/** The commands of a view. */
async function commandsIn({ page }: Tab): Promise<string[]> {
  return (await page.locator(".command code").allTextContents());
}

/** What a command prints. */
async function output(command: string): Promise<string> {
  const { stdout, stderr, code } = await new Deno.Command("bash", {
    args: ["-o", "pipefail", "-c", command],
    env: { NO_COLOR: "1", PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}` },
    cwd: ROOT,
  }).output();
  const text = new TextDecoder();
  assert(code === 0 || code === 3, `${command}: ${code} ${text.decode(stderr)}`);
  return text.decode(stdout);
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** What metrics tell of a sensor. */
function metricsOf(text: string, client: string) {
  const of = linesOf(text).filter((line) => line.includes(`{client="${client}"`));
  const line = (name: string) => of.find((line) => line.startsWith(`farcap_sensor_${name}{`));
  return {
    told: (name: string) => Number(line(name)?.split(" ").at(-1)),
    key: /key="(.*?)"/.exec(line("key_info") ?? "")?.[1],
  };
}

function clockText(seconds: number): string {
  return Number.isNaN(seconds) ? "–" : offsetText(Math.round(seconds * 1000));
}
