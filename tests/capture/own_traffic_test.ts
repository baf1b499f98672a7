/** The filter on packets made by hand; tcpdump is the one that applies it. */
import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { withoutOwnTraffic } from "../../lib/capture/own_traffic.ts";
import { inFolder } from "../programs/program.ts";
import { run } from "./namespaces.ts";
import { needs, TCPDUMP } from "../needs.ts";

const PORT = 1335;
const COLLECTORS = ["192.0.2.7", "2001:db8::7"];
const UDP = 17;
const TCP = 6;
/** By version. */
const ICMP: Readonly<Record<number, number>> = { 4: 1, 6: 58 };
/** The type of "destination unreachable" by version; another error; an echo request. */
const UNREACHABLE: Readonly<Record<number, number>> = { 4: 3, 6: 1 };
const TIME_EXCEEDED: Readonly<Record<number, number>> = { 4: 11, 6: 3 };
const ECHO: Readonly<Record<number, number>> = { 4: 8, 6: 128 };

/** A packet from or to the collector unless it says otherwise. */
interface Packet {
  /** 4 or 6. */
  readonly version: number;
  readonly from?: "collector" | "sensor" | "other";
  readonly to?: "collector" | "sensor" | "other";
  readonly protocol?: number;
  readonly ports?: readonly [number, number];
  /** Offset in units of 8 bytes, and whether more fragments follow. */
  readonly fragment?: readonly [number, boolean];
  /** EtherTypes of VLAN tags, the outermost first. */
  readonly tags?: readonly number[];
  /** How much of the frame there is; all by default. */
  readonly bytes?: number;
  /** Makes it an ICMP error of that type, about this packet. */
  readonly error?: { readonly type: number; readonly about: Packet };
  /** Words of IPv4 options. */
  readonly options?: number;
}

const HOSTS = { collector: 7, sensor: 8, other: 9 };

/** An Ethernet frame; checksums that no filter looks at are zero. */
function frameOf(packet: Packet): Uint8Array {
  const tags = (packet.tags ?? []).flatMap((type) => [type >> 8, type & 0xff, 0, 5]);
  const type = packet.version === 4 ? [0x08, 0x00] : [0x86, 0xdd];
  return Uint8Array.from([...Array(12).fill(2), ...tags, ...type, ...datagramOf(packet)])
    .slice(0, packet.bytes);
}

function datagramOf(packet: Packet): number[] {
  const { version, from = "sensor", to = "collector", ports, fragment, error } = packet;
  const { protocol = error === undefined ? UDP : ICMP[version]!, options = 0 } = packet;
  const [first, last] = ports ?? [40_000, PORT];
  const [offset, isMore] = fragment ?? [0, false];
  const body = error === undefined
    ? [first >> 8, first & 0xff, last >> 8, last & 0xff, ...Array(16).fill(0x50)]
    // RFC 792; RFC 4443, 3.1
    : [error.type, 3, 0, 0, 0, 0, 0, 0, ...datagramOf(error.about)];
  const address = (host: number) =>
    version === 4
      ? [192, 0, 2, host]
      : [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host];
  const addresses = [...address(HOSTS[from]), ...address(HOSTS[to])];
  const length = body.length + 4 * options;
  const offsetAndFlag = offset << 3 | Number(isMore);
  const header = version === 4
    // RFC 791, 3.1
    ? [
      ...[
        0x45 + options,
        0,
        0,
        20 + length,
        0,
        1,
        Number(isMore) << 5 | offset >> 8,
        offset & 0xff,
      ],
      ...[64, protocol, 0, 0, ...addresses, ...Array(4 * options).fill(1)],
    ]
    // RFC 8200, 3 and 4.5
    : [
      ...[0x60, 0, 0, 0, 0, length + (fragment ? 8 : 0), fragment ? 44 : protocol, 64],
      ...addresses,
      ...(fragment ? [protocol, 0, offsetAndFlag >> 8, offsetAndFlag & 0xff, 0, 0, 0, 1] : []),
    ];
  return [...header, ...body];
}

/** A capture file whose packets have their place in it as time, in seconds. */
function captureOf(packets: readonly Packet[]): Uint8Array<ArrayBuffer> {
  const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
  return concat([
    words(0xa1b2c3d4, 0x0004_0002, 0, 0, 65_535, 1),
    ...packets.flatMap((packet, second) => {
      const frame = frameOf(packet);
      return [words(second, 0, frame.length, frame.length), frame];
    }),
  ]);
}

/** Places of the packets that the filter selects. */
function selected(filter: string, packets: readonly Packet[]): Promise<number[]> {
  return inFolder(async (folder) => {
    const file = `${folder}/made.pcap`;
    await Deno.writeFile(file, captureOf(packets));
    const said = await run("tcpdump", "-nn", "-tt", "-r", file, filter);
    return [...said.matchAll(/^(\d+)\.000000 /gm)].map(([, second]) => Number(second));
  });
}

for (const version of [4, 6]) {
  const address = COLLECTORS[version === 4 ? 0 : 1]!;
  const filter = withoutOwnTraffic({ addresses: [address], port: PORT }, true);
  const answer = { version, from: "collector", to: "sensor" } as const;
  const unreachable = (packet: Packet, about: Packet): Packet => {
    return { ...packet, error: { type: UNREACHABLE[version]!, about } };
  };
  const own: readonly Packet[] = [
    { version },
    { version, from: "other" },
    { version, ports: [40_000, PORT + 1] },
    { ...answer, ports: [PORT, 40_000] },
    { ...answer, ports: [PORT + 1, 40_000] },
    { version, fragment: [0, true] },
    { version, fragment: [185, true] },
    { version, fragment: [370, false] },
    { ...answer, fragment: [185, false] },
    // Nobody listens at the collector's, or at the sensor's for what the collector answers.
    unreachable(answer, { version }),
    unreachable(answer, { version, ports: [40_000, PORT + 1] }),
    unreachable(answer, { version, options: 3 }),
    unreachable({ version }, { ...answer, ports: [PORT, 40_000] }),
    unreachable({ ...answer, to: "other" }, { version, from: "other" }),
    ...(version === 6 ? [unreachable(answer, { version, fragment: [0, true] })] : []),
  ];
  const others: readonly Packet[] = [
    { version, to: "other" },
    { version, from: "other", to: "sensor", ports: [PORT, 40_000] },
    { version, ports: [40_000, PORT - 1] },
    { version, ports: [40_000, PORT + 2] },
    // The collector asks somebody else, from and to any port but its own.
    { version, from: "collector", to: "other", ports: [40_000, PORT] },
    { version, from: "other", ports: [PORT, 40_000] },
    { version, protocol: TCP },
    { ...answer, protocol: TCP, ports: [PORT, 40_000] },
    { version, from: "sensor", to: "other", fragment: [185, true] },
    // Errors about anything else, and other messages.
    unreachable(answer, { version, protocol: TCP }),
    unreachable(answer, { version, ports: [PORT, 40_000] }),
    unreachable({ version }, { ...answer, ports: [40_000, PORT] }),
    unreachable({ version, from: "other", to: "sensor" }, { version, to: "other" }),
    { ...answer, error: { type: TIME_EXCEEDED[version]!, about: { version } } },
    { ...answer, error: { type: ECHO[version]!, about: { version } } },
    // The other version's addresses are not the collector's.
    { version: 10 - version },
    { version: 10 - version, fragment: [185, false] },
  ];

  Deno.test({
    ...needs(
      `IPv${version}: sensors' datagrams and the collector's fragments are left out, no others`,
      TCPDUMP,
    ),
    fn: async () => {
      assertEquals(await selected(filter, own), []);
      assertEquals(await selected(filter, others), others.map((_, place) => place));
    },
  });

  Deno.test({
    ...needs(`IPv${version}: behind VLAN tags it is the same`, TCPDUMP),
    fn: async () => {
      for (const tags of [[0x8100], [0x88a8], [0x88a8, 0x8100]]) {
        const tagged = (packets: readonly Packet[]) => packets.map((each) => ({ ...each, tags }));
        assertEquals(await selected(filter, tagged(own)), []);
        const places = others.map((_, place) => place);
        assertEquals(await selected(filter, tagged(others)), places);
      }
    },
  });

  Deno.test({
    ...needs(`IPv${version}: what ends within a header is not refused`, TCPDUMP),
    fn: async () => {
      const cut = [[], [0x8100], [0x88a8, 0x8100]].flatMap((tags) =>
        Array.from({ length: 14 + 4 * tags.length + 20 }, (_, bytes): Packet => {
          return { version, tags, bytes };
        }).slice(14)
      );
      assertEquals(await selected(filter, cut), cut.map((_, place) => place));
    },
  });
}

Deno.test({
  ...needs("the highest port has none above it", TCPDUMP),
  fn: async () => {
    const filter = withoutOwnTraffic({ addresses: [COLLECTORS[0]!], port: 65_535 }, true);
    const packets = [{ version: 4, ports: [1, 65_535] }, { version: 4, ports: [1, 2] }] as const;
    assertEquals(await selected(filter, packets), [1]);
  },
});

Deno.test({
  ...needs("all addresses of a collector count, however they are written", TCPDUMP),
  fn: async () => {
    const packets = [{ version: 4 }, { version: 6 }, { version: 4, to: "other" }] as const;
    const cases: readonly [addresses: readonly string[], left: number[]][] = [
      [COLLECTORS, [2]],
      // RFC 4291, 2.5.5.2: 192.0.2.7 as an IPv4-mapped address
      [["::ffff:192.0.2.7"], [1, 2]],
      [["::FFFF:c000:207"], [1, 2]],
      [["2001:db8::7%eth0"], [0, 2]],
    ];
    for (const [addresses, left] of cases) {
      assertEquals(
        await selected(withoutOwnTraffic({ addresses, port: PORT }, true), packets),
        left,
      );
    }
  },
});

Deno.test({
  ...needs(
    "a collector with many addresses does not take more instructions than kernels allow",
    TCPDUMP,
  ),
  fn: async () => {
    const addresses = Array.from(
      { length: 8 },
      (_, host) => [`192.0.2.${host}`, `2001:db8::${host}`],
    );
    const filter = withoutOwnTraffic({ addresses: addresses.flat(), port: PORT }, true);
    const [count] = (await run("tcpdump", "-ddd", "-y", "EN10MB", filter)).split("\n");
    // Linux before 6.8 keeps the filters of a socket in 20 KiB, 8 bytes an instruction.
    assertLess(Number(count), 1000);
  },
});

Deno.test("what is no address is refused, and a collector without one", () => {
  for (const addresses of [[], ["example.org"], ["collector"], ["999.1.1.1"], ["1:2:3"]]) {
    assertThrows(() => withoutOwnTraffic({ addresses, port: PORT }, true), TypeError);
  }
});
