/**
 * A decoder of one's own: what devices on a network say that they run, in the Simple Service Discovery
 * Protocol. It writes records of a type that there is, so that a sensor which is given it
 * (`runSensor({ decoders: [ssdp], … })`) sends what every collector stores.
 *
 *     deno run --allow-read examples/write_decoder.ts CAPTURE
 */
import { readPackets } from "@farcap/farcap/capture";
import {
  messageOf,
  Outcome,
  type OwnDecoder,
  PacketDecoder,
  tagsOf,
  writeText,
} from "@farcap/farcap/decode";
import { SoftwareSchema } from "@farcap/farcap/schemas";
import { SoftwareSchema as Software } from "@farcap/farcap/tags";

const TAG = tagsOf(Software);
const latin1 = new TextDecoder("latin1"); // a character a byte

/** UPnP Device Architecture 1.1, 1.2.2 and 1.3.3: header lines as HTTP has them, in datagrams. */
const ssdp: OwnDecoder = {
  name: "Ssdp",
  schema: Software,
  from: { udpPort: [1900] },
  decode(packet, out) {
    const { bytes, at, end } = packet;
    const lines = latin1.decode(bytes.subarray(at, end));
    const server = /^server:[ \t]*(.*?)[ \t]*$/imd.exec(lines)?.indices?.[1];
    if (!server) return Outcome.Unsupported; // a search says nothing of who asks
    out.nanos(TAG.Timestamp, packet.sec, packet.nsec); // fields by their number, upwards
    out.ascii(TAG.SourceName, "SSDP");
    writeText(out, TAG.SourceData, bytes, at + server[0], at + server[1]);
    out.ipText(TAG.IP, bytes, packet.srcIpAt, packet.ipBytes);
    packet.at = end;
    return Outcome.Ok;
  },
};

const decoder = new PacketDecoder({ decoders: [ssdp] });
for await (const packet of readPackets(Deno.args[0] ?? "-")) {
  for (const record of decoder.decode(packet)) {
    const said = messageOf(record, SoftwareSchema);
    if (said) console.log(`${said.IP}\t${said.SourceData}`);
  }
}
