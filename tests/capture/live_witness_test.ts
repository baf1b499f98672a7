/** What a sensor makes of a segment's packets, with tshark listening beside it. */
import { assertEquals } from "@std/assert";
import { Program } from "../programs/program.ts";
import { countPackets, OFFICE, startSensor, totalsOf } from "./live_programs.ts";
import { type Host, onSegment, replay } from "./namespaces.ts";
import { needs, SEGMENT, TSHARK } from "../needs.ts";

/** The record types of tshark's protocols, without those that need more than one packet there. */
const TYPES: Readonly<Record<string, string>> = {
  "eth": "Ethernet",
  "vlan": "Dot1Q",
  "ieee8021ad": "Dot1Q",
  "arp": "ARP",
  "ip": "IPv4",
  "ipv6": "IPv6",
  "ipv6.hopopts": "IPv6HopByHop",
  "ipv6.fraghdr": "IPv6Fragment",
  "icmp": "ICMPv4",
  "icmpv6": "ICMPv6",
  "udp": "UDP",
  "tcp": "TCP",
  "dhcp": "DHCPv4",
  "ntp": "NTP",
};
/** Nothing is decoded behind these, which may quote a packet. */
const LAST = ["icmp", "icmpv6"];

/** Counts the headers of as many packets as will come, by the type of our records. */
class Witness implements AsyncDisposable {
  readonly #tshark: Program;

  constructor({ namespace, iface }: Host, packets: number) {
    const fields = ["frame.protocols", "ip.flags.mf"].flatMap((name) => ["-e", name]);
    const preferences = ["ip.defragment:TRUE", "ipv6.defragment:TRUE"]
      .flatMap((preference) => ["-o", preference]);
    this.#tshark = new Program("tshark", [
      ...["netns", "exec", namespace, "tshark", "-n", "-i", iface, "-c", String(packets)],
      ...["-T", "fields", "-E", "occurrence=f", ...fields, ...preferences],
    ], { executable: "ip" });
  }

  async listens(): Promise<void> {
    await this.#tshark.errorLine(/Capture started/);
  }

  async counts(): Promise<Record<string, number>> {
    const { stdout } = await this.#tshark.end();
    const counts: Record<string, number> = {};
    for (const line of stdout.trimEnd().split("\n")) {
      const [protocols, isFragment] = line.split("\t");
      const names = protocols!.split(":");
      const last = names.findIndex((name) =>
        LAST.includes(name) || name === "ip" && /^(1|True)$/.test(isFragment ?? "")
      );
      for (const name of last < 0 ? names : names.slice(0, last + 1)) {
        const type = TYPES[name];
        if (type !== undefined) counts[type] = (counts[type] ?? 0) + 1;
      }
    }
    return counts;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tshark[Symbol.asyncDispose]();
  }
}

Deno.test({
  ...needs(
    "there are as many records of each type as tshark counts headers on the same interface",
    ...SEGMENT,
    TSHARK,
  ),
  fn: () =>
    onSegment(async (near, far) => {
      const packets = await countPackets(OFFICE);
      await using witness = new Witness(far, packets);
      await witness.listens();
      await using sensor = await startSensor(far);
      assertEquals(await replay(near, OFFICE, "--pps=4000"), packets);
      const counted = await witness.counts();
      await sensor.line(/^got \d+ bytes of type NC_IPv6Fragment$/);
      const { stdout } = await sensor.stop();
      const { captured, made } = totalsOf(stdout);
      assertEquals(captured, packets);
      const types = [...new Set(Object.values(TYPES))];
      assertEquals(Object.fromEntries(types.map((type) => [type, made(type)])), counted);
    }),
});
