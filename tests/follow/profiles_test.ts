/** Profiles against sums over tshark's fields of the same frames. */
import { assert, assertEquals } from "@std/assert";
import type { Frame } from "../decode/captured_frames.ts";
import { framesOf } from "../decode/captured_frames.ts";
import { askTshark } from "../decode/tshark/ask_tshark.ts";
import { needs, TSHARK } from "../needs.ts";
import { DeviceProfileSchema, IPProfileSchema } from "../../proto/gen/netcap_pb.ts";
import { frame } from "../decode/decode_frame.ts";
import { follow, followCapture } from "./streams/followed_capture.ts";

const CAPTURES = ["arp", "dhcp", "dns", "http", "llmnr", "mdns", "ndp"]
  .concat("ntp", "ping", "ssh", "tcp", "vlan")
  .map((name) => new URL(`../captures/${name}.pcap`, import.meta.url));
/** In it a router's packets are before and behind it, with other hardware addresses. */
const ROUTED = new URL("../captures/icmp_errors.pcap", import.meta.url);
const OFFICE = new URL("../captures/office.pcap", import.meta.url);
const ALL = { devices: true, ips: true };
const FIELDS = ["eth.src", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "frame.len"]
  .concat("frame.time_epoch", "tcp.srcport", "udp.srcport", "icmp.type", "icmpv6.type");

interface Sum {
  packets: number;
  bytes: number;
  first: bigint;
  last: bigint;
}

class Sums {
  readonly of = new Map<string, Sum>();

  add(key: string, bytes: number, time: bigint): void {
    const sum = this.of.get(key) ?? { packets: 0, bytes: 0, first: time, last: time };
    sum.packets++;
    sum.bytes += bytes;
    if (time < sum.first) sum.first = time;
    if (time > sum.last) sum.last = time;
    this.of.set(key, sum);
  }

  lines(): string[] {
    return [...this.of].map(([key, { packets, bytes, first, last }]) =>
      [key, packets, bytes, first, last].join(" ")
    ).sort();
  }
}

for (const url of [...CAPTURES, ROUTED]) {
  const name = url.pathname.split("/").at(-1)!;
  Deno.test(needs(`profiles are the sums over what tshark tells of ${name}`, TSHARK), async () => {
    const answers = await askTshark(url, FIELDS);
    const [devices, addresses, ports] = [new Sums(), new Sums(), new Sums()];
    for (const answer of answers) {
      const first = (...names: string[]) =>
        names.map((name) => answer.get(name)?.[0]).find((value) => value !== undefined);
      const [src, dst] = [first("ip.src", "ipv6.src"), first("ip.dst", "ipv6.dst")];
      if (src === undefined || dst === undefined) continue;
      const bytes = Number(first("frame.len"));
      const time = BigInt(first("frame.time_epoch")!.replace(".", ""));
      if (src !== "::" && src !== "0.0.0.0") devices.add(first("eth.src")!, bytes, time);
      for (const address of new Set([src, dst])) addresses.add(address, bytes, time);
      const from = first("tcp.srcport", "udp.srcport");
      const protocol = first("tcp.srcport") === undefined ? "UDP" : "TCP";
      if (from !== undefined && first("icmp.type", "icmpv6.type") === undefined) {
        ports.add(`${src} ${protocol} ${from}`, bytes, time);
      }
    }
    const followed = followCapture(url, { profiles: ALL });
    const [macs, ips] = [followed.of(DeviceProfileSchema), followed.of(IPProfileSchema)];
    if (url !== ROUTED) {
      assertEquals(
        macs.map((each) => [each.MacAddr, each.NumPackets, each.Bytes].join(" ")).sort(),
        devices.lines().map((line) => line.split(" ").slice(0, 3).join(" ")),
      );
    }
    assertEquals(
      ips.map((each) =>
        [each.Addr, each.NumPackets, each.Bytes, each.TimestampFirst, each.TimestampLast].join(" ")
      ).sort(),
      addresses.lines(),
    );
    const full = new Set(ips.filter(({ NumLeftOut }) => NumLeftOut > 0n).map(({ Addr }) => Addr));
    const sent = ips.filter(({ Addr }) => !full.has(Addr)).flatMap(({ Addr, SrcPorts }) =>
      SrcPorts.map(({ Protocol, PortNumber, Stats }) =>
        [Addr, Protocol, PortNumber, Stats!.Packets, Stats!.Bytes].join(" ")
      )
    );
    const expected = ports.lines().map((line) => line.split(" ").slice(0, 5).join(" "));
    assertEquals(sent.sort(), expected.filter((line) => !full.has(line.split(" ")[0]!)));
  });
}

const START = 1_700_000_000;

/** A datagram of UDP 10.0.a.b:40000 > 10.1.0.1:53 at that second. */
function datagram(host: number, second: number, ports = "9c400035"): Omit<Frame, "number"> {
  const address = (0x0a000000 + host).toString(16).padStart(8, "0");
  const bytes = frame(
    "020000000002 020000000001 0800",
    `4500001c 00010000 40 11 0000 ${address} 0a010001`,
    `${ports} 0008 0000`,
  );
  return { bytes, originalLength: bytes.length, sec: START + second, nsec: 0, linkType: 1 };
}

Deno.test("a snapshot is written every five minutes of what has changed, and at the end", () => {
  const frames = [0, 100, 350, 700, 1100].map((second) => datagram(1, second));
  const counts = follow([...frames, datagram(2, 1150)], { profiles: ALL }).of(DeviceProfileSchema)
    .map(({ NumPackets }) => Number(NumPackets));
  // Each conversation has ended when a minute is over, and is counted then.
  assertEquals(counts, [2, 3, 4, 6]);
});

Deno.test("full lists count what they leave out", () => {
  const frames = Array.from({ length: 100 }, (_, host) => datagram(host, host));
  const followed = follow(frames, { profiles: ALL });
  const device = followed.of(DeviceProfileSchema).at(-1)!;
  assertEquals([device.DeviceIPs.length, device.NumLeftOut], [64, 36n]);
  const server = followed.of(IPProfileSchema).findLast(({ Addr }) => Addr === "10.1.0.1")!;
  assertEquals([server.NumPackets, server.ContactedPorts.length], [100n, 1]);
});

Deno.test("profiles that were idle longest are written and forgotten where memory ends", () => {
  const frames = Array.from({ length: 1000 }, (_, host) => datagram(host, 0));
  const maxBytes = 1 << 20;
  const followed = follow(frames, { profiles: ALL, maxBytes });
  const { evictedProfiles, addresses, devices } = followed.followed;
  assert(evictedProfiles > 0);
  assertEquals([addresses + evictedProfiles, devices], [1001, 1]);
  assert(addresses * 640 <= maxBytes / 8);
  const seen = new Set(followed.of(IPProfileSchema).map(({ Addr }) => Addr));
  assertEquals(seen.size, 1001);
});

Deno.test("nothing is written of profiles that nobody wants", () => {
  const frames = framesOf({ url: OFFICE });
  const { types } = follow(frames, { profiles: { devices: true, ips: false } });
  assert(types.includes("DeviceProfile") && !types.includes("IPProfile"));
  assert(!follow(frames).types.includes("DeviceProfile"));
});
