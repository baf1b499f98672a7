/** The collector as a table of devices, as people and scripts call it. */
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RecordStore } from "../../lib/write/files/store_io.ts";
import { ARPSchema, DHCPv4Schema, EthernetSchema, Type } from "../../proto/gen/netcap_pb.ts";
import { frame } from "../write/files/record_file_bytes.ts";
import { type Ended, inFolder, runProgram } from "./program.ts";

const READ_ONLY = { permissions: ["--allow-read", "--no-prompt"] };
const SECOND = 1_000_000_000n;
/** Of IANA by the IEEE's list, and made up by a device. */
const GIVEN = "00:00:5e:00:53:01";
const MADE_UP = "02:00:5e:00:53:02";
/** A name that would clear a terminal, and write the rest backwards. */
const HOSTILE = "a\x1b[2J\u202eb";

/** Two clients: one device that tells its address and name, one that only sends, one at the other. */
async function store(folder: string): Promise<string> {
  await using store = await RecordStore.open(`${folder}/records`, { version: "v1", gatherMs: 0 });
  const write = async <Schema extends DescMessage>(
    clientId: string,
    type: Type,
    schema: Schema,
    record: MessageInitShape<Schema> & { Timestamp: bigint },
  ) => {
    const records = frame(toBinary(schema, create(schema, record)));
    const time = { firstTime: record.Timestamp, lastTime: record.Timestamp };
    await store.append({ clientId, type, count: 1, records, ...time, containsPayloads: false });
    await store.commit();
  };
  await write("a", Type.NC_ARP, ARPSchema, {
    Timestamp: 1n * SECOND,
    SrcHwAddress: GIVEN,
    SrcProtocolAddress: "192.0.2.1",
  });
  await write("a", Type.NC_DHCPv4, DHCPv4Schema, {
    ...{ Timestamp: 2n * SECOND, Operation: 1, HardwareType: 1, HardwareLen: 6 },
    ClientHWAddr: GIVEN,
    Options: [{ Type: 12, Data: new TextEncoder().encode(HOSTILE) }],
  });
  await write("a", Type.NC_Ethernet, EthernetSchema, { Timestamp: 3n * SECOND, SrcMAC: MADE_UP });
  await write("b", Type.NC_Ethernet, EthernetSchema, { Timestamp: 4n * SECOND, SrcMAC: GIVEN });
  return `${folder}/records`;
}

function devices(...args: string[]): Promise<Ended> {
  return runProgram("collector.ts", ["-devices", ...args], READ_ONLY);
}

Deno.test("a table of devices has vendors, names, addresses and times, by client; a terminal is safe from it", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await devices(await store(folder));
    assertEquals([code, stderr], [0, ""]);
    const [titles, ...rows] = stdout.trimEnd().split("\n").map((line) => line.split(/\s{2,}/));
    const names = [
      "client",
      "address",
      "vendor",
      "first seen",
      "last seen",
      "names",
      "IP addresses",
    ];
    assertEquals(titles, names);
    const at = (second: number) => `1970-01-01 00:00:0${second}.000`;
    assertEquals(rows, [
      ["a", GIVEN, "ICANN, IANA Department", at(1), at(2), "a\\x1b[2J\\u202eb", "192.0.2.1"],
      ["a", MADE_UP, "(made up)", at(3), at(3)],
      ["b", GIVEN, "ICANN, IANA Department", at(4), at(4)],
    ]);
  }));

Deno.test("as JSON a device is an object a line, of the clients, types and times that are asked for", () =>
  inFolder(async (folder) => {
    const records = await store(folder);
    const { stdout } = await devices(records, "-json", "-client", "a", "-type", "ARP,DHCPv4");
    assertMatch(stdout, /^[ -~]+\n$/);
    assertEquals(JSON.parse(stdout), {
      ...{ client: "a", mac: GIVEN, vendor: "ICANN, IANA Department", local: false },
      ...{ first: "1970-01-01T00:00:01.000000000Z", last: "1970-01-01T00:00:02.000000000Z" },
      names: [{ name: HOSTILE, from: "DHCP" }],
      addresses: [{ address: "192.0.2.1", from: "ARP" }],
    });
    const late = await devices(records, "-json", "-from", "1970-01-01T00:00:03Z");
    const found = late.stdout.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(found.map(({ client, mac }) => [client, mac]), [["a", MADE_UP], ["b", GIVEN]]);
  }));

Deno.test("no device ends with 3, what is damaged with 1, wrong usage with 2", () =>
  inFolder(async (folder) => {
    const records = await store(folder);
    assertEquals((await devices(records, "-type", "TCP")).code, 3);
    const { code: later, stderr: why } = await devices(records, "-from", "1971-01-01");
    assertEquals(later, 3);
    assertStringIncludes(why, "no device: no record tells of one within -from; wanted:");
    assertEquals((await devices()).code, 2);
    const wrong = await devices(records, "-type", "APR");
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.stderr, `Unknown type "APR"`);
    assertEquals((await devices(`${folder}/nowhere`)).code, 1);
    const file = `${records}/a/ARP.ncap.gz`;
    const bytes = await Deno.readFile(file);
    bytes[bytes.length - 12]! ^= 0xff;
    await Deno.writeFile(file, bytes);
    const damaged = await devices(records);
    assertEquals(damaged.code, 1);
    assertStringIncludes(damaged.stderr, "ARP.ncap.gz");
    assertStringIncludes(damaged.stdout, MADE_UP);
  }));
