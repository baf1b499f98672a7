#!/bin/sh
# Guess: a library that takes MQTT apart knows that a PUBLISH of QoS 0 has no packet identifier (3.1.1, section 2.3.1), and that
# version 5, which CONNECT tells, puts properties in front of the payload.
# Found: pypacker 5.4 reads an identifier in every PUBLISH: of QoS 0, which most are, the payload's first two octets. scapy 2.6.1
# knows the version and leaves it unused: properties are client identifier and payload, the end of a CONNACK is another message.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install scapy==2.6.1 pypacker==5.4
cat >read.py <<'PYTHON'
from pypacker.layer567.mqtt import MQTTBase
from scapy.contrib.mqtt import MQTT, MQTTConnect, MQTTPublish
def message(kind, flags, body):
    return bytes([kind << 4 | flags, len(body)]) + body
TOPIC = b"\x00\x03a/b"
qos0, qos1 = message(3, 0, TOPIC + b"hello"), message(3, 2, TOPIC + b"\x00\x07hello")
for name, publish in ("QoS 0", qos0), ("QoS 1", qos1):
    read = MQTTBase(publish).higher_layer
    print(f"pypacker, {name}: identifier {read.msgid}, payload {read.body_bytes}")
    print(f"scapy, {name}: identifier {MQTT(publish)[MQTTPublish].msgid}, payload {MQTT(publish)[MQTTPublish].value}")
# Version 5: a Session Expiry Interval of 10 s, a Payload Format Indicator of 1, a Topic Alias Maximum of 10.
connect = message(1, 0, b"\x00\x04MQTT\x05\x02\x00\x3c" + b"\x05\x11\x00\x00\x00\x0a" + b"\x00\x03abc")
read = MQTT(connect)[MQTTConnect]
print(f"scapy, CONNECT of version {read.protolevel}: client identifier {read.clientId}")
print("scapy, PUBLISH:", MQTT(message(3, 0, TOPIC + b"\x02\x01\x01" + b"hello"))[MQTTPublish].value)
print("scapy, CONNACK:", "/".join(layer.__name__ for layer in MQTT(message(2, 0, b"\x00\x00\x03\x22\x00\x0a")).layers()))
PYTHON
venv/bin/python read.py 2>/dev/null >seen
cat seen
cat >wanted <<'END'
pypacker, QoS 0: identifier 26725, payload b'llo'
scapy, QoS 0: identifier None, payload b'hello'
pypacker, QoS 1: identifier 7, payload b'hello'
scapy, QoS 1: identifier 7, payload b'hello'
scapy, CONNECT of version 5: client identifier b'\x00\x00\x00\n\x00\x03abc'
scapy, PUBLISH: b'\x02\x01\x01hello'
scapy, CONNACK: MQTT/MQTTConnack/MQTT/Raw
END
cmp seen wanted
