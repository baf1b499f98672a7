/** Identifiers are made of what stands in the record, so that they do not give the original back. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fromBinary } from "@bufbuild/protobuf";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import { parseIp } from "../../../lib/base/text/parse_ip.ts";
import { communityId } from "../../../lib/follow/community_id.ts";
import { Endpoint, hashPair, netcapUid } from "../../../lib/follow/netcap_uid.ts";
import { type Connection, ConnectionSchema } from "../../../proto/gen/netcap_pb.ts";
import { captures, framesOf } from "../../decode/captured_frames.ts";
import { type MadeRecord, recordsOf } from "./redact_capture.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 11 * i + 5);

Deno.test("Community ID and UID are those of the addresses that the record has", () => {
  let identified = 0;
  for (const capture of captures()) {
    const frames = framesOf(capture);
    const plain = connectionsOf(recordsOf(frames).records);
    const redacted = connectionsOf(recordsOf(frames, { key: KEY, names: false }).records);
    for (const [i, connection] of redacted.entries()) {
      const { TransportProto, CommunityID, SrcIP, UID } = connection;
      if (SrcIP !== plain[i]!.SrcIP) assertNotEquals(UID, plain[i]!.UID);
      if (!["TCP", "UDP"].includes(TransportProto) || CommunityID === "") continue;
      identified++;
      assertEquals(CommunityID, communityIdOf(connection), capture.name);
      // The UID is of the outermost addresses, which the record has where there are no others.
      if (plain[i]!.UID === uidOf(plain[i]!)) assertEquals(UID, uidOf(connection), capture.name);
    }
  }
  assert(identified > 50, `${identified} connections`);
});

function connectionsOf(records: readonly MadeRecord[]): Connection[] {
  return records.filter(({ type }) => type === typeNumber("Connection"))
    .map(({ bytes }) => fromBinary(ConnectionSchema, bytes));
}

function communityIdOf(connection: Connection): string {
  const [src, dst] = [addressOf(connection.SrcIP), addressOf(connection.DstIP)];
  const bytes = new Uint8Array([...src, ...dst]);
  const ports = [Number(connection.SrcPort), Number(connection.DstPort)] as const;
  return communityId(bytes, 0, src.length, src.length, connection.IPProtocol, ports);
}

function uidOf(connection: Connection): string {
  const words = new Int32Array(6);
  const macs = [connection.SrcMAC, connection.DstMAC].flatMap((mac) =>
    mac.split(":").map((pair) => parseInt(pair, 16))
  );
  hashPair(words, 0, Endpoint.Mac, new Uint8Array(macs), 0, 6, 6, 6);
  const [src, dst] = [addressOf(connection.SrcIP), addressOf(connection.DstIP)];
  const kind = src.length === 4 ? Endpoint.Ipv4 : Endpoint.Ipv6;
  const bytes = new Uint8Array([...src, ...dst]);
  hashPair(words, 2, kind, bytes, 0, src.length, src.length, src.length);
  const ports = [Number(connection.SrcPort), Number(connection.DstPort)];
  const kindOfPort = connection.TransportProto === "TCP" ? Endpoint.TcpPort : Endpoint.UdpPort;
  const portBytes = new Uint8Array(ports.flatMap((port) => [port >> 8, port & 0xff]));
  hashPair(words, 4, kindOfPort, portBytes, 0, 2, 2, 2);
  return netcapUid(words, 0);
}

function addressOf(text: string): Uint8Array {
  const ip = new Uint8Array(16);
  const bytes = new TextEncoder().encode(text);
  return ip.subarray(0, parseIp(bytes, 0, bytes.length, ip));
}
