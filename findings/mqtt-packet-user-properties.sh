#!/bin/sh
# Guess: mqtt-packet, which MQTT.js and aedes stand on, gives User Properties in the order that they came in and writes them
# so, as MQTT 5 wants of who forwards a message (section 3.3.2.3.7), and reads an AUTH that leaves its reason out because
# it is 0 (section 3.15.2.1), as it reads such a DISCONNECT.
# Found: mqtt-packet 9.0.2 gathers them by name: of a=1 b=2 a=3 come a=1 a=3 b=2, and names of digits are first, by number, as
# keys of a JavaScript object are. It refuses to read the AUTH. Python's paho-mqtt 2.1.0 reads both as they are.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund mqtt-packet@9.0.2
python3 -m venv venv
venv/bin/pip -q install paho-mqtt==2.1.0
cat >read.py <<'PYTHON'
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
text = lambda value: len(value).to_bytes(2, "big") + value.encode()
for pairs in ("a1", "b2", "a3"), ("x0", "20", "10"):
    properties = b"".join(b"\x26" + text(pair[0]) + text(pair[1]) for pair in pairs)
    packed = bytes([len(properties)]) + properties
    read = Properties(PacketTypes.PUBLISH)
    read.unpack(packed)
    assert read.pack() == packed
    print("paho-mqtt:", *("=".join(pair) for pair in read.UserProperty))
    body = text("t") + packed
    print((bytes([0x30, len(body)]) + body).hex(), file=open("packets", "a"))
PYTHON
venv/bin/python read.py | tee seen
cat >read.cjs <<'SCRIPT'
const { generate, parser } = require("mqtt-packet");
const options = { protocolVersion: 5 };
const read = (bytes) => {
  let seen;
  parser(options).on("packet", (packet) => seen = packet).on("error", ({ message }) => seen = { message }).parse(bytes);
  return seen;
};
for (const hex of require("node:fs").readFileSync("packets", "utf8").trim().split("\n")) {
  const packet = read(Buffer.from(hex, "hex"));
  const same = generate(packet, options).toString("hex") === hex;
  console.log("mqtt-packet:", JSON.stringify(packet.properties.userProperties), same ? "written the same" : "written otherwise");
}
for (const [name, hex] of Object.entries({ DISCONNECT: "e000", AUTH: "f000", "AUTH with its reason": "f00100" })) {
  const { reasonCode, message } = read(Buffer.from(hex, "hex"));
  console.log(`mqtt-packet: ${name}: ${message ?? `reason ${reasonCode}`}`);
}
SCRIPT
node read.cjs | tee -a seen
cat >wanted <<'END'
paho-mqtt: a=1 b=2 a=3
paho-mqtt: x=0 2=0 1=0
mqtt-packet: {"a":["1","3"],"b":"2"} written otherwise
mqtt-packet: {"1":"0","2":"0","x":"0"} written otherwise
mqtt-packet: DISCONNECT: reason 0
mqtt-packet: AUTH: Invalid auth reason code
mqtt-packet: AUTH with its reason: reason 0
END
cmp seen wanted
