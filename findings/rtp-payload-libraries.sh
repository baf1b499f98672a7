#!/bin/sh
# Guess: what a parser of RTP gives as payload is the payload: the extension behind the fixed header, which nearly all WebRTC
# packets have, and the padding at the end, which senders add to probe the bandwidth, are taken off (RFC 3550, section 5.1).
# Found: werift-rtp 0.8.9 and rtp.js 0.15.5 do so. dpkt 1.9.8 and npm's rtp-parser 1.0.0 leave both in, though they
# give the bits that tell of them; scapy 2.8.0 leaves the padding in. rtp-parser reads the sources of a mixed stream (CSRC)
# from the wrong place.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund rtp-parser@1.0.0 rtp.js@0.15.5 werift-rtp@0.8.9
python3 -m venv venv
venv/bin/pip -q install dpkt==1.9.8 scapy==2.8.0
cat >packets.py <<'PYTHON'
fixed = bytes.fromhex("6000070000000800000009")  # payload type 96, sequence number 7, timestamp 8, SSRC 9
packets = {
    "plain": b"\x80" + fixed + b"sound",
    "extension": b"\x90" + fixed + bytes.fromhex("bede000110550000") + b"sound",  # one element of RFC 8285
    "padding": b"\xa0" + fixed + b"sound" + bytes.fromhex("000003"),
    "sources": b"\x82" + fixed + bytes.fromhex("0000000100000002") + b"sound",
}
PYTHON
cat >python.py <<'PYTHON'
import dpkt
from packets import packets
from scapy.layers.rtp import RTP
print("dpkt:", ", ".join(f"{name} {dpkt.rtp.RTP(packet).data}" for name, packet in packets.items()))
print("scapy:", ", ".join(f"{name} {bytes(RTP(packet).lastlayer())}" for name, packet in packets.items()))
for name, packet in packets.items():
    print(name, packet.hex(), file=open("packets", "a"))
PYTHON
venv/bin/python python.py 2>/dev/null | tee seen
cat >node.cjs <<'SCRIPT'
const packets = require("node:fs").readFileSync("packets", "utf8").trim().split("\n").map((line) => line.split(" "));
const view = ({ buffer, byteOffset, byteLength }) => new DataView(buffer, byteOffset, byteLength);
const { RtpPacket } = require("rtp.js").packets;
const readers = {
  "rtp-parser": (bytes) => require("rtp-parser").parseRtpPacket(bytes),
  "rtp.js": (bytes) => {
    const packet = new RtpPacket(view(bytes));
    return { payload: packet.getPayload(), csrc: packet.getCsrcs() };
  },
  "werift-rtp": (bytes) => {
    const { payload, header } = require("werift-rtp").RtpPacket.deSerialize(bytes);
    return { payload, csrc: header.csrc };
  },
};
for (const [reader, read] of Object.entries(readers)) {
  const seen = packets.map(([name, hex]) => {
    const { payload, csrc } = read(Buffer.from(hex, "hex"));
    const { buffer, byteOffset, byteLength } = payload;
    return [name, JSON.stringify(Buffer.from(buffer, byteOffset, byteLength).toString("latin1")), ...(csrc ?? [])].join(" ");
  });
  console.log(`${reader}: ${seen.join(", ")}`);
}
SCRIPT
node node.cjs | tee -a seen
cat >wanted <<'END'
dpkt: plain b'sound', extension b'\xbe\xde\x00\x01\x10U\x00\x00sound', padding b'sound\x00\x00\x03', sources b'sound'
scapy: plain b'sound', extension b'sound', padding b'sound\x00\x00\x03', sources b'sound'
rtp-parser: plain "sound", extension "¾Þ\u0000\u0001\u0010U\u0000\u0000sound", padding "sound\u0000\u0000\u0003", sources "sound" 2304 256
rtp.js: plain "sound", extension "sound", padding "sound", sources "sound" 1 2
werift-rtp: plain "sound", extension "sound", padding "sound", sources "sound" 1 2
END
cmp seen wanted
