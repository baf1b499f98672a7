/** Every shared capture, compared with what tshark says of it (`expected/`, see its README.md). */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { collectPackets } from "../../capture/collect_packets.ts";
import { SHARED } from "../shared.ts";

const CAPTURES = new URL("captures/", SHARED);

/** As README.md names them; captures without packets have a dash. */
const SUPPORTED = [
  ..."NULL ETHERNET RAW LOOP LINUX_SLL IPV4 IPV6 LINUX_SLL2 -".split(" "),
  ..."PPP PPP_HDLC PPP_ETHER PPP_WITH_DIR IEEE802_11 IEEE802_11_RADIOTAP PPI".split(" "),
  ..."IEEE802_11_PRISM FDDI PFLOG USB_LINUX USB_LINUX_MMAPPED".split(" "),
  ..."SLIP C_HDLC FRELAY IEEE802_15_4_WITHFCS IPNET IPOIB JUNIPER_ETHER NFLOG PKTAP USER2".split(
    " ",
  ),
];
/** Those of them that tshark 4.0 does not read. */
const OURS_ALONE = "MFR DSA_TAG_BRCM MARVELL_DSA MARVELL_EDSA".split(" ");

/**
 * Packets whose fraction of a second is a second or more. tshark prints such a time as it stands, or
 * what is left of it in 32 bits; we carry the seconds. By capture and packet number.
 */
const CARRIED_TIMES: Record<string, string> = {
  "hostile/rx_serviceid_oobr.pcap 2": "3841.916976000", // 0 s and 3,841,916,976 µs
  "hostile/timestamp_invalid_nano.pcap 2": "1418145371.000000000", // …370 s and 1,000,000,000 ns
  "hostile/timestamp_invalid_nano.pcap 3": "1418145372.147483648", // …370 s and 2,147,483,648 ns
};

Deno.test("every shared capture of a supported link type gives the packets that tshark lists", async () => {
  let captures = 0;
  for (const { path, linkType } of await listCaptures()) {
    if (!SUPPORTED.includes(linkType)) continue;
    const { packets, problem, counts } = collectPackets(await readShared(path));
    assertEquals(problem, undefined, path);
    const expected = await expectedPackets(path);
    assertEquals(
      packets.map(({ time, originalLength, data }) => [time, originalLength, data.length / 2]),
      expected,
      path,
    );
    assertEquals(
      counts,
      { delivered: expected.length, refused: 0, clampedTimes: 0, filtered: 0 },
      path,
    );
    captures++;
  }
  assert(captures > 400, `only ${captures} captures were found`);
});

Deno.test("every shared capture of another link type is refused, a pcapng packet by packet", async () => {
  let captures = 0;
  for (const { path, linkType, format } of await listCaptures()) {
    if ([...SUPPORTED, ...OURS_ALONE].includes(linkType)) continue;
    const { packets, problem, counts } = collectPackets(await readShared(path));
    assertEquals(problem?.code, "link-type", path);
    assertMatch(problem?.message ?? "", /^link type \d+ \([A-Z0-9_]+\) is not supported/, path);
    assertEquals(packets, [], path);
    const refused = format === "pcapng" ? (await expectedPackets(path)).length : 0;
    assertEquals(counts.refused, refused, path);
    captures++;
  }
  assert(captures > 15, `only ${captures} captures were found`);
});

Deno.test("every shared capture gives the same whatever the size of the chunks", async () => {
  for (const { path } of await listCaptures()) {
    const capture = await readShared(path);
    assertEquals(collectPackets(capture, 97), collectPackets(capture), path);
  }
});

interface ListedCapture {
  path: string;
  /** Name without LINKTYPE_, or LT and its number. */
  linkType: string;
  format: "pcap" | "pcapng";
}

/** The captures as the tables of README.md list them. */
async function listCaptures(): Promise<ListedCapture[]> {
  const captures: ListedCapture[] = [];
  let folder = "";
  for (const line of new TextDecoder().decode(await readShared("README.md")).split("\n")) {
    const heading = line.match(/^## (?:(\w+\/)|Well-formed)/);
    if (heading !== null) folder = heading[1] ?? "";
    const [, name = "", , linkType = "", format = ""] = line.split("|").map((cell) => cell.trim());
    if (!/\.pcap(ng)?$/.test(name)) continue;
    captures.push({
      path: folder + name,
      linkType,
      format: format.startsWith("pcapng") ? "pcapng" : "pcap",
    });
  }
  return captures;
}

/** Capture time, length and captured length of each packet. */
async function expectedPackets(path: string): Promise<[string, number, number][]> {
  const name = path.startsWith("empty.") ? path : path.replace(/\.pcap(ng)?$/, "");
  const table = new TextDecoder().decode(gunzipSync(await readShared(`expected/${name}.tsv.gz`)));
  return table.trimEnd().split("\n").slice(1).map((line) => {
    const [number, time, length, captured] = line.split("\t");
    return [CARRIED_TIMES[`${path} ${number}`] ?? time!, Number(length), Number(captured)];
  });
}

function readShared(path: string): Promise<Uint8Array> {
  return Deno.readFile(new URL(path, CAPTURES));
}
