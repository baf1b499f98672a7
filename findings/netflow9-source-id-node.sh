#!/bin/sh
# Guess: a NetFlow version 9 reader keeps the templates of each Source ID of an exporter apart (RFC 3954, section 5.1), and gives
# counters of eight octets exactly, as they are in JavaScript's BigInt.
# Found: node-netflowv9 0.2.16 keeps them by address and port. When another line card of the same router announces
# its template 300, the first one's flows are read by it: source and destination are exchanged, without a word. 2^53 + 1
# octets are a number, one less. tshark reads both rightly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-netflowv9@0.2.16
cat >read.js <<'SCRIPT'
const { writeFileSync } = require("node:fs");
const Collector = require("node-netflowv9");

/** `value` in `octets` octets, big-endian. */
const number = (octets, value) => Buffer.from(BigInt(value).toString(16).padStart(2 * octets, "0"), "hex");
const flowSet = (id, ...fields) => {
  const body = Buffer.concat(fields);
  return Buffer.concat([number(2, id), number(2, 4 + body.length), body]);
};
const template = (id, ...fields) =>
  flowSet(0, number(2, id), number(2, fields.length), ...fields.flatMap((field) => field.map((each) => number(2, each))));
const message = (sourceId, sequence, ...sets) =>
  Buffer.concat([
    ...[number(2, 9), number(2, sets.length), number(4, 1000), number(4, 1.7e9), number(4, sequence), number(4, sourceId)],
    ...sets,
  ]);

const [OCTETS, SOURCE, DESTINATION] = [[1, 8], [8, 4], [12, 4]];
const flow = flowSet(300, number(4, 0xc0000201), number(4, 0xc6336401), number(8, 2n ** 53n + 1n));
const messages = [
  message(1, 1, template(300, SOURCE, DESTINATION, OCTETS), flow),
  message(2, 1, template(300, DESTINATION, SOURCE, OCTETS)),
  message(1, 2, flow),
];
const collector = new Collector({});
for (const each of messages) {
  for (const flow of collector.nfPktDecode(each, { address: "192.0.2.254", port: 2055 }).flows) {
    console.log("node-netflowv9", flow.ipv4_src_addr, flow.ipv4_dst_addr, typeof flow.in_bytes, flow.in_bytes);
  }
}

// The same for tshark: a capture of the three datagrams in IPv4 and UDP, without a link layer.
const little = (octets, value) => number(octets, value).reverse();
const packets = messages.flatMap((each) => {
  const udp = Buffer.concat([number(2, 2055), number(2, 2055), number(2, 8 + each.length), number(2, 0), each]);
  const ip = Buffer.concat([
    ...[number(2, 0x4500), number(2, 20 + udp.length), number(4, 0), number(2, 0x4011), number(2, 0)],
    ...[number(4, 0xc00002fe), number(4, 0xc0000209), udp],
  ]);
  return [little(4, 1.7e9), little(4, 0), little(4, ip.length), little(4, ip.length), ip];
});
const header = [little(4, 0xa1b2c3d4), little(2, 2), little(2, 4), little(4, 0), little(4, 0), little(4, 65535), little(4, 228)];
writeFileSync("flows.pcap", Buffer.concat([...header, ...packets]));
SCRIPT
node read.js >seen
tshark -r flows.pcap -d udp.port==2055,cflow -Y cflow.srcaddr -T fields -E separator=' ' \
  -e cflow.srcaddr -e cflow.dstaddr -e cflow.octets 2>/dev/null | sed 's/^/tshark /; s/ *$//' >>seen
cat seen
cat >wanted <<'END'
node-netflowv9 192.0.2.1 198.51.100.1 number 9007199254740992
node-netflowv9 198.51.100.1 192.0.2.1 number 9007199254740992
tshark 192.0.2.1 198.51.100.1 9007199254740993
tshark 192.0.2.1 198.51.100.1 9007199254740993
END
cmp seen wanted
