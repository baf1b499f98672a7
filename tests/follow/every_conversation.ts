/**
 * Our connections against tshark's conversations: who with whom, packets and bytes by direction, first
 * and last packet.
 */
import { assert, assertEquals } from "@std/assert";
import type { Connection } from "../../proto/gen/netcap_pb.ts";
import { type Capture, framesOf } from "../decode/captured_frames.ts";
import { needs, TSHARK } from "../needs.ts";
import { follow } from "./follow_capture.ts";
import { askConversations, nameOf } from "./tshark_conversations.ts";

const TCP = 6;
const UDP = 17;
/** tshark's do not end by themselves. */
const NEVER = 1e12;
const ENDLESS = { idleSeconds: { tcp: NEVER, udp: NEVER, icmp: NEVER }, activeSeconds: NEVER };

/** Compares all conversations of TCP and UDP but those of captures that are `known` to differ. */
export function testEveryConversation(
  captures: readonly Capture[],
  known: Readonly<Record<string, string>>,
  minConversations: number,
): void {
  Deno.test(needs("every TCP and UDP conversation is tshark's", TSHARK), async () => {
    let same = 0;
    const differing: string[] = [];
    for (const capture of captures) {
      const { conversations, laterFragments } = await askConversations(capture.url);
      const theirs = conversations.map((each) =>
        lineOf(each.name, each.packets, each.bytes, each.first, each.last)
      );
      const frames = framesOf(capture).filter(({ number }) => !laterFragments.has(number));
      const ours = follow(frames, ENDLESS).records.filter(isCompared).map(lineOfRecord);
      if (String(ours.sort()) === String(theirs.sort())) same += ours.length;
      else differing.push(capture.name);
      if (!(capture.name in known)) assertEquals(ours, theirs, capture.name);
    }
    assertEquals(differing.sort(), Object.keys(known).sort());
    assert(same >= minConversations, `${same} conversations`);
  });
}

function isCompared({ IPProtocol, PortsUnknown }: Connection): boolean {
  return (IPProtocol === TCP || IPProtocol === UDP) && !PortsUnknown;
}

function lineOfRecord(record: Connection): string {
  const transport = record.IPProtocol === TCP ? "tcp" : "udp";
  const src = [record.SrcIP, Number(record.SrcPort)] as const;
  const { name, side } = nameOf(transport, src, [record.DstIP, Number(record.DstPort)]);
  const inOrder = (client: bigint, server: bigint): [number, number] =>
    side === 0 ? [Number(client), Number(server)] : [Number(server), Number(client)];
  return lineOf(
    name,
    inOrder(record.PacketsClientToServer, record.PacketsServerToClient),
    inOrder(record.BytesClientToServer, record.BytesServerToClient),
    record.TimestampFirst,
    record.TimestampLast,
  );
}

function lineOf(
  name: string,
  packets: [number, number],
  bytes: [number, number],
  first: bigint,
  last: bigint,
): string {
  return `${name} packets ${packets} bytes ${bytes} from ${first} to ${last}`;
}
