/**
 * Every capture of which the original's records are there: for the types that we have, ours are the
 * same, line by line in the form in which its dump prints them.
 */
import { assert, assertEquals } from "@std/assert";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { DECODERS } from "../../../lib/decode/registry.ts";
import { netcapJsonFormat } from "../../../lib/write/read/netcap_json_format.ts";
import { framesOf } from "../../decode/captured_frames.ts";
import { decodeFrame } from "../../decode/decode_frame.ts";
import { SHARED } from "../shared.ts";
import { sharedCaptures } from "../shared_captures.ts";

const ORIGINAL = new URL("captures/original/", SHARED);
/** Where ours differ on purpose, by capture and type; docs/records.md has the reasons. */
const DIFFERENT: ReadonlySet<string> = new Set([
  "dns_tcp.pcap DNS", // it decodes none
  "MSTP_Intra-Region_BPDUs.pcap LLC", // it decodes none behind a tag
  "dhcpv6-mud.pcap DHCPv6", // it has no record of what is relayed
  "various_gre.pcap IPv4", // it ends at Cisco's metadata
  "various_gre.pcap GRE",
  "various_gre.pcap ICMPv4",
  "various_gre.pcap LLC",
  "various_gre.pcap SNAP",
  "various_gre.pcap CiscoDiscoveryInfo", // it ends at a list of no addresses
  "IGMP_V2.pcap IGMP", // it has no records of version 2
  "igmpv3-queries.pcap IGMP", // its times are a tenth, or 0
  "eapon1.pcap EAP", // it takes padding for data
  "eapon1.pcap NetBIOSNames", // it has none
  "vrrp.pcap VRRPv2", // it reads version 3 as version 2
]);

for (const capture of sharedCaptures()) {
  const folder = new URL(`${capture.name.replace(/\.pcap(ng)?$/, "")}/`, ORIGINAL);
  const types = typesIn(folder);
  if (types.size === 0) continue;
  Deno.test(`the records of ${capture.name} are the original's`, () => {
    const frames = framesOf(capture).map(({ bytes, sec, nsec, linkType }) =>
      decodeFrame(bytes, { linkType, nanos: BigInt(sec) * 1_000_000_000n + BigInt(nsec) })
    );
    let compared = 0;
    for (const { type } of DECODERS) {
      const schema = recordSchema(type);
      if (schema === undefined) continue;
      const print = netcapJsonFormat(schema);
      const printed = frames.flatMap((frame) => frame.recordsOf(schema)).map(print);
      if (DIFFERENT.has(`${capture.name} ${schema.name}`)) continue;
      const context = printed.some((line) => line.includes(TUNNEL)) ? contextOf(schema.name) : NONE;
      const withoutContext = (line: string) => alike(line).replaceAll(context, "");
      const ours = printed.map(withoutContext);
      const theirs = types.has(schema.name)
        ? readLines(folder, schema.name).map(withoutContext)
        : [];
      assertEquals(ours.sort(), theirs.sort(), schema.name);
      compared += theirs.length;
    }
    assert(compared > 0);
  });
}

/** Ours say which tunnel they are in. */
const TUNNEL = ',"Tunnel":"';
const NONE = /^$/g;

/** What records of that type have of the context, which is of the outermost packet in the original's. */
function contextOf(type: string): RegExp {
  return /^IPv/.test(type) ? /,"(Src|Dst)Port":\d+/g : /,"(Src|Dst)(IP|Port)":("[^"]*"|\d+)/g;
}

/** The record types of which there are files. */
function typesIn(folder: URL): Set<string> {
  try {
    return new Set([...Deno.readDirSync(folder)].map(({ name }) => name.replace(".jsonl", "")));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Set();
    throw error;
  }
}

function readLines(folder: URL, type: string): string[] {
  return Deno.readTextFileSync(new URL(`${type}.jsonl`, folder)).trim().split("\n");
}

/**
 * Without what differs on purpose: a missing address is no text here, and it leaves out a field of
 * CDP's hello; ours of DNS say whether they came over UDP or TCP. And Go writes U+FFFD for each byte that is no UTF-8, where others write one for several.
 */
function alike(line: string): string {
  return line.replaceAll(/"(IP|LinkAddr|PeerAddr)":"\\u003cnil\\u003e",/g, "")
    .replaceAll(/,"Tunnel(":"[\w-]+"|ID":\d+)/g, "")
    .replace(/,"IPProtocol":\d+(?=\}$)/, "")
    .replace(/(?<="CDPHello":\{)"OUI":"\w+",/, "")
    .replaceAll(/(\\ufffd)+/g, "\\ufffd");
}
