import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { type Device, Devices } from "../../../lib/write/devices/devices.ts";
import {
  ARPSchema,
  ConnectionSchema,
  DeviceProfileSchema,
  DHCPv4Schema,
  DHCPv6Schema,
  DNSSchema,
  EthernetSchema,
  ICMPv6NeighborAdvertisementSchema,
  Type,
} from "../../../proto/gen/netcap_pb.ts";
import { type Capture, captures, framesOf } from "../../decode/captured_frames.ts";
import { askTshark } from "../../decode/tshark/ask_tshark.ts";
import { recordsOf } from "../../gather/redact/redact_capture.ts";
import { needs, TSHARK } from "../../needs.ts";

const ONE = "00:00:5e:00:53:01";
const TWO = "00:00:5e:00:53:02";

function add<Schema extends DescMessage>(
  devices: Devices,
  schema: Schema,
  record: MessageInitShape<Schema>,
  client = "xyz",
): void {
  assert(devices.add(client, schema, toBinary(schema, create(schema, record))));
}

function captureOf(name: string): Capture {
  return captures().find((capture) => capture.name === `own/${name}`)!;
}

/** What is not of headers does not say which end sent the last packet. */
const OF_SEVERAL = [Type.NC_Connection, Type.NC_DeviceProfile];

function devicesIn(capture: Capture): Device[] {
  const devices = new Devices();
  for (const { type, bytes } of recordsOf(framesOf(capture)).records) {
    if (!OF_SEVERAL.includes(type)) devices.add("xyz", recordSchema(type)!, bytes);
  }
  return devices.list();
}

const FIELDS = [
  ...[
    "frame.time_epoch",
    "eth.src",
    "arp.src.hw_mac",
    "arp.src.proto_ipv4",
    "icmpv6.nd.na.target_address",
  ],
  ...[
    "icmpv6.opt.linkaddr",
    "icmpv6.type",
    "ipv6.src",
    "dhcp.hw.mac_addr",
    "dhcp.option.hostname",
    "dhcp.ip.your",
    "dhcp.option.dhcp",
  ],
  ...["udp.srcport", "dns.flags.response", "dns.resp.name", "dns.resp.type", "dns.a", "dns.aaaa"],
];

Deno.test(needs("devices of a capture are those that tshark sees", TSHARK), async () => {
  const capture = captureOf("office.pcap");
  const seen = new Map<
    string,
    { first: string; last: string; addresses: Set<string>; names: Set<string> }
  >();
  const owners = new Map<string, string>();
  const names: [address: string, name: string][] = [];
  for (const answer of await askTshark(capture.url, FIELDS)) {
    const of = (field: string) => answer.get(field) ?? [];
    const [time] = of("frame.time_epoch");
    const mac = of("eth.src")[0]!;
    const device = seen.get(mac) ??
      { first: time!, last: time!, addresses: new Set(), names: new Set() };
    seen.set(mac, { ...device, last: time! });
    const own = (mac: string, address: string) => {
      if (address === "0.0.0.0") return;
      seen.get(mac)!.addresses.add(address);
      owners.set(address, mac);
    };
    for (const address of of("arp.src.proto_ipv4")) own(of("arp.src.hw_mac")[0]!, address);
    const [neighbor] = of("icmpv6.opt.linkaddr");
    const asks = ["133", "134", "135"].includes(of("icmpv6.type")[0]!);
    const told6 = asks ? of("ipv6.src") : of("icmpv6.nd.na.target_address");
    if (neighbor !== undefined) { for (const address of told6) own(neighbor, address); }
    const client = of("dhcp.hw.mac_addr")[0];
    for (const name of of("dhcp.option.hostname")) seen.get(client!)!.names.add(name);
    if (of("dhcp.option.dhcp")[0] === "5") own(client!, of("dhcp.ip.your")[0]!);
    const isTold = ["5353", "5355"].includes(of("udp.srcport")[0]!) &&
      of("dns.flags.response")[0] !== "0";
    if (!isTold || of("dns.flags.response").length === 0) continue;
    const told = [...of("dns.a"), ...of("dns.aaaa")];
    // Of SRV it has a type and no name.
    const types = of("dns.resp.type").filter((type) => type !== "33");
    const hosts = of("dns.resp.name").filter((_name, at) => ["1", "28"].includes(types[at]!));
    // tshark lists the addresses of IPv4 first, whatever the order of the answers.
    if (hosts.length === told.length && new Set(hosts).size === 1) {
      for (const address of told) names.push([address, hosts[0]!]);
    }
  }
  for (const [address, name] of names) seen.get(owners.get(address) ?? "nobody")?.names.add(name);

  const devices = devicesIn(capture);
  assertEquals(devices.map(({ mac }) => mac), [...seen.keys()].sort());
  let [addresses, named] = [0, 0];
  for (const { mac, first, last, ...device } of devices) {
    const expected = seen.get(mac)!;
    assertEquals([first, last].map(epoch), [expected.first, expected.last], mac);
    const of = (...sources: string[]) =>
      [...device.addresses].filter(([, from]) => sources.includes(from)).map(([it]) => it);
    for (const address of expected.addresses) {
      assert(device.addresses.has(address), `${mac} ${address}`);
    }
    assertEquals(of("traffic"), [], "all have told their addresses");
    for (const address of of("ARP", "DHCP", "NDP")) {
      assert(expected.addresses.has(address), `${mac} ${address}`);
    }
    assertEquals(new Set(device.names.keys()), expected.names, mac);
    addresses += expected.addresses.size;
    named += expected.names.size;
  }
  assert(addresses >= 15 && named >= 4, `${addresses} addresses, ${named} names`);
});

function epoch(nanos: bigint): string {
  const digits = `${nanos}`.padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

Deno.test(needs("a switch is named as tshark has it of its LLDP", TSHARK), async () => {
  const capture = captureOf("crafted/discovery.pcap");
  const fields = ["lldp.chassis.id.mac", "lldp.tlv.system.name", "lldp.mgn.addr.ip4"];
  const told = (await askTshark(capture.url, fields)).filter((answer) =>
    answer.size === fields.length
  );
  assertEquals(told.length, 1);
  const [mac, name, address] = fields.map((field) => told[0]!.get(field)![0]!);
  const device = devicesIn(capture).find((device) => device.mac === mac)!;
  assertEquals(device.names.get(name!), "LLDP");
  assertEquals(device.addresses.get(address!), "LLDP");
});

Deno.test(
  needs("a host is named as tshark has it of its registration of NetBIOS", TSHARK),
  async () => {
    const capture = captureOf("crafted/samba.pcap");
    const told = await askTshark(capture.url, [
      "eth.src",
      "nbns.name",
      "nbns.addr",
      "nbns.nb_flags.group",
    ]);
    const names = told.filter((answer) => answer.get("nbns.nb_flags.group")?.[0] === "0")
      .map((answer) => [answer.get("nbns.addr")![0]!, answer.get("nbns.name")![0]!.split("<")[0]!]);
    assertEquals(new Set(names.map(String)), new Set(["192.0.2.1,FILES"]));
    const [file, ...others] = devicesIn(capture).filter(({ names }) => names.size > 0);
    assertEquals(others, []);
    assertEquals([...file!.addresses.keys()], ["192.0.2.1"]);
    assertEquals([...file!.names], [["FILES", "NetBIOS"]]);
  },
);

Deno.test("names in the options of DHCP are read in each of their forms", () => {
  const devices = new Devices();
  const dhcp = {
    Operation: 1,
    HardwareType: 1,
    HardwareLen: 6,
    ClientIP: "0.0.0.0",
    YourClientIP: "0.0.0.0",
  };
  const text = (name: string) => new TextEncoder().encode(name);
  const options = (Type: number, ...Data: number[]) => [{ Type, Data: Uint8Array.from(Data) }];
  add(devices, DHCPv4Schema, {
    ...dhcp,
    ClientHWAddr: ONE,
    // An empty name, as those send it who leave theirs to the server.
    Options: [...options(81, 0x05, 0, 0, 0), { Type: 12, Data: text("pc\0") }],
  });
  // RFC 4702, section 2.1: flags with E, two bytes, labels.
  const labels = [4, 0x6d, 0x79, 0x70, 0x63, 7, ...text("example"), 0];
  add(devices, DHCPv4Schema, {
    ...dhcp,
    ClientHWAddr: TWO,
    Options: options(81, 0x04, 0, 0, ...labels),
  });
  // RFC 4704; the identifier is not of this interface, and no device that was seen.
  add(devices, ICMPv6NeighborAdvertisementSchema, {
    TargetAddress: "fe80::3",
    Options: [{ Type: 2, Data: Uint8Array.of(0, 0, 0x5e, 0, 0x53, 3) }],
  });
  add(devices, DHCPv6Schema, {
    SrcIP: "fe80::3",
    Options: [
      { Code: 1, Data: Uint8Array.of(0, 3, 0, 1, 0, 0, 0x5e, 0, 0x53, 4) },
      { Code: 39, Data: Uint8Array.of(0, 3, ...text("abc"), 0) },
    ],
  });
  const named = devices.list().map(({ mac, names }) => [mac, ...names.keys()]);
  assertEquals(named, [
    [ONE, "pc"],
    [TWO, "mypc.example"],
    ["00:00:5e:00:53:03", "abc"],
  ]);
});

Deno.test("a router is not taken for those whose packets it passes on", () => {
  const devices = new Devices();
  const flow = { PacketsServerToClient: 1n, SrcIP: "192.0.2.7", DstIP: "198.51.100.9" };
  add(devices, ConnectionSchema, { ...flow, SrcMAC: TWO, DstMAC: ONE });
  const addresses = () => devices.list().map(({ addresses }) => [...addresses]);
  assertEquals(addresses(), [[["198.51.100.9", "traffic"]], [["192.0.2.7", "traffic"]]]);
  add(devices, ARPSchema, { SrcHwAddress: ONE, SrcProtocolAddress: "192.0.2.1" });
  assertEquals(addresses(), [[["192.0.2.1", "ARP"]], [["192.0.2.7", "traffic"]]]);
  // What somebody says is his is no sender's.
  const three = "00:00:5e:00:53:03";
  add(devices, ARPSchema, { SrcHwAddress: three, SrcProtocolAddress: "192.0.2.7" });
  assertEquals(addresses(), [[["192.0.2.1", "ARP"]], [], [["192.0.2.7", "ARP"]]]);
});

Deno.test("a name is its address's holder's, at that time, also where the name was told first", () => {
  const devices = new Devices();
  const name = (Name: string, TTL = 120) =>
    add(devices, DNSSchema, {
      QR: true,
      SrcPort: 5353,
      Answers: [{ Name: new TextEncoder().encode(Name), Type: 1, TTL, IP: "192.0.2.7" }],
    });
  const arp = (SrcHwAddress: string) =>
    add(devices, ARPSchema, { SrcHwAddress, SrcProtocolAddress: "192.0.2.7" });
  name("early.local");
  name("gone.local", 0);
  arp(ONE);
  name("one.local");
  arp(TWO);
  name("two.local");
  const named = devices.list().map(({ names }) => [...names.keys()]);
  assertEquals(named, [["early.local", "one.local"], ["two.local"]]);
});

Deno.test("clients, and tunnels of one client, do not share devices or addresses", () => {
  const devices = new Devices();
  const inside = { Tunnel: "VXLAN", TunnelID: 7 };
  add(devices, EthernetSchema, { SrcMAC: ONE, Timestamp: 5n });
  add(devices, EthernetSchema, { SrcMAC: ONE, Timestamp: 3n, ...inside });
  add(devices, EthernetSchema, { SrcMAC: ONE, Timestamp: 9n }, "other");
  add(devices, DeviceProfileSchema, { MacAddr: ONE, Timestamp: 2n, TimestampLast: 8n }, "other");
  const listed = devices.list().map((
    { client, tunnel, first, last },
  ) => [client, tunnel, first, last]);
  assertEquals(listed, [["other", "", 2n, 9n], ["xyz", "", 5n, 5n], ["xyz", "VXLAN 7", 3n, 3n]]);
});

Deno.test("groups, nobody and what is no address are no devices", () => {
  const devices = new Devices();
  for (
    const SrcMAC of ["", "00:00:00:00:00:00", "01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "\x1b[2J"]
  ) {
    add(devices, EthernetSchema, { SrcMAC });
  }
  assertEquals(devices.list(), []);
  assert(!devices.add("xyz", EthernetSchema, Uint8Array.of(0x0a, 0xff)), "a damaged record");
});

Deno.test("what finds no room is counted, by device and in all", () => {
  const devices = new Devices({ maxDevices: 2, maxEach: 2, maxTexts: 8 });
  for (const last of [1, 2, 3]) {
    const SrcHwAddress = `00:00:5e:00:53:0${last}`;
    for (const host of [1, 2, 3]) {
      add(devices, ARPSchema, { SrcHwAddress, SrcProtocolAddress: `192.0.${last}.${host}` });
    }
  }
  const [one, two, ...more] = devices.list();
  assertEquals(more, []);
  assertEquals([one!.addresses.size, one!.moreAddresses], [2, 1]);
  assert(two!.addresses.size <= 2);
  // Three times the third device; of the second what is above eight texts.
  assert(devices.leftOut >= 3, `${devices.leftOut}`);
  const before = devices.list();
  for (let host = 0; host < 1000; host++) {
    add(devices, ARPSchema, { SrcHwAddress: ONE, SrcProtocolAddress: `198.51.100.${host}` });
  }
  assertEquals(
    devices.list().map(({ addresses }) => addresses),
    before.map(({ addresses }) => addresses),
  );
});

Deno.test("Devices tells no more names of one that sends for many than of any other", () => {
  const devices = new Devices({ maxDevices: 4, maxEach: 2, maxTexts: 64 });
  for (let host = 1; host <= 5; host++) {
    const address = `192.0.2.${host}`;
    add(devices, ConnectionSchema, { SrcMAC: ONE, SrcIP: address, TimestampFirst: 1n });
    const Name = new TextEncoder().encode(`host${host}.local`);
    const Answers = [{ Name, Type: 1, TTL: 120, IP: address }];
    add(devices, DNSSchema, { QR: true, SrcPort: 5353, Answers });
  }
  const [device] = devices.list();
  assertEquals([[...device!.names.keys()], device!.moreNames], [["host1.local", "host2.local"], 3]);
});
