/** What libpcap gets wrong of filters; for the words that move offsets see pcap-filter(7). */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { CaptureError } from "../../lib/base/errors.ts";
import { flawOf } from "../../lib/capture/filter_text.ts";
import { compileForFiles, runOffline } from "./offline_filter.ts";
import { LIBPCAP, needs } from "../needs.ts";
import { taggedFrames } from "./tagged_frames.ts";

const WRONG = [
  "not vlan and udp",
  "! vlan && udp",
  "!vlan and udp port 53",
  "udp and not vlan 5 and host 192.0.2.1",
  "not (vlan) and tcp",
  "not (udp and vlan 7) and tcp",
  "(not vlan) and (not mpls)",
  "not mpls and ip",
  "not pppoes and udp",
  "not geneve and ether host 2:0:0:0:0:1",
  "not vlan and (ip[(ip[0] & 0xf) * 4:2] == 53)",
];
const DOUBTFUL = [
  "udp and not (vlan or mpls)",
  "vlan or udp",
  "vlan 1 || vlan 2",
  "(vlan and udp) or tcp",
  "ip and mpls or tcp",
  "(pppoes or geneve) and ip",
];
const GOOD = [
  "",
  "vlan",
  "not vlan",
  "vlan and udp",
  "udp and not vlan",
  "udp or vlan",
  "vlan and (udp or tcp)",
  "vlan 20 and vlan 30 and not tcp",
  "not (vlan and udp)",
  "udp and not (vlan and mpls)",
  "not vlan and len > 100",
  "not vlan and greater 100 and ether host 2:0:0:0:0:1",
  "not vlan and ether[0] & 1 == 0",
  "tcp[13] & 2 != 0 and not host 192.0.2.1",
  "ether proto 0x8100 or udp",
  "host vlan-gateway or udp",
];

Deno.test("a moving word behind not, and something behind that, is wrong", () => {
  for (const filter of WRONG) assertEquals(flawOf(filter)?.isWrong, true, filter);
});

Deno.test("a moving word in front of or is doubtful", () => {
  for (const filter of DOUBTFUL) assertEquals(flawOf(filter)?.isWrong, false, filter);
});

Deno.test("what libpcap gets right has no flaw", () => {
  for (const filter of GOOD) assertEquals(flawOf(filter), undefined, filter);
});

Deno.test("a flaw says the word and what is wanted", () => {
  const { why } = flawOf("not pppoes and udp")!;
  assertMatch(why, /^all that follows "pppoes" .*"not".*; wanted: the part with "pppoes" last$/);
});

Deno.test({
  ...needs(
    "a filter that is wrong is not compiled, and the same with that part last selects what it says",
    LIBPCAP,
  ),
  fn: () => {
    assertThrows(
      () => compileForFiles("not vlan and udp"),
      CaptureError,
      'Cannot use the filter "not vlan and udp": all that follows "vlan"',
    );
    const frames = taggedFrames();
    const program = compileForFiles("udp and not vlan");
    const taken = runOffline(program, frames.map(({ bytes }) => bytes));
    const untagged = /^((geneve .*)?(ip6? udp \d+)|geneve .*)$/;
    assertEquals(
      frames.filter((_, nth) => taken[nth]! > 0).map(({ name }) => name),
      frames.map(({ name }) => name).filter((name) => untagged.test(name)),
    );
  },
});
