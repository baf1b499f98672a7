/**
 * What is in front of IP without having a record: every frame of `in_front_of_ip.pcap` has the layers
 * that tshark sees.
 */
import { assertEquals } from "@std/assert";
import { needs, TSHARK } from "../needs.ts";
import { captures, framesOf } from "./captured_frames.ts";
import { decodeFrame } from "./decode_frame.ts";
import { askTshark } from "./tshark/ask_tshark.ts";

/** The record types of tshark's protocols; others have none. */
const TYPES: Readonly<Record<string, string>> = {
  eth: "Ethernet",
  vlan: "Dot1Q",
  ieee8021ad: "Dot1Q",
  // Only the backbone's header is one of tshark's protocols, not the frame behind it.
  ieee8021ah: "Ethernet",
  llc: "LLC",
  mpls: "MPLS",
  gre: "GRE",
  ip: "IPv4",
  ipv6: "IPv6",
  udp: "UDP",
  dns: "DNS",
  arp: "ARP",
  bfd: "BFD",
};
const INSIDE = "IPv4 UDP DNS";
/** By frame, what we see, where tshark 4.0 does not. */
const DIFFERENT: Readonly<Record<number, string>> = {
  2: `Ethernet Dot1Q Dot1Q ${INSIDE}`, // it does not know 0x9200 ...
  3: `Ethernet Dot1Q ${INSIDE}`, // ... and 0x9300, which Linux takes for tags
  19: `Ethernet Dot1Q Ethernet ${INSIDE}`, // it does not name the I-TAG behind a B-TAG
  // Frames in MPLS whose address begins with 0, 4 or 6: it guesses by the manufacturer, and the version.
  40: `Ethernet MPLS Ethernet ${INSIDE}`,
  41: `Ethernet MPLS Ethernet ${INSIDE}`,
  42: `Ethernet MPLS Ethernet ${INSIDE}`,
};

Deno.test({
  ...needs("what is in front of IP is passed over as by tshark", TSHARK),
  fn: async () => {
    const capture = captures().find(({ name }) => name === "own/crafted/in_front_of_ip.pcap")!;
    const frames = framesOf(capture);
    const answers = await askTshark(capture.url, ["frame.protocols"]);
    assertEquals(answers.length, frames.length);
    for (const { number, bytes } of frames) {
      const theirs = answers[number - 1]!.get("frame.protocols")![0]!.split(":")
        .flatMap((protocol) => TYPES[protocol] ?? []).join(" ");
      const ours = decodeFrame(bytes).types.join(" ");
      assertEquals(ours, DIFFERENT[number] ?? theirs, `frame ${number}`);
      assertEquals(ours !== theirs, number in DIFFERENT, `frame ${number}`);
    }
  },
});
