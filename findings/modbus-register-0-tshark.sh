#!/bin/sh
# Guess: a Modbus response does not say which registers it has the values of. tshark takes their numbers from the request, and
# gives none where it saw no request.
# Found: tshark 4.0 counts from 0 then: registers 0 and 1, or coils 0 to 7, of a device that was asked for 100 and 101. So it is
# at the begin of a capture, and behind a request that TCP cut within its first eight octets, both parts of which are
# "data" although the file has them whole. Only that `modbus.request_frame` is missing tells.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >write.py <<'PYTHON'
import struct
def frame(client, own, other, data):
    ends = [(bytes([192, 0, 2, 1]), 40000), (bytes([192, 0, 2, 2]), 502)]
    (source, sport), (target, dport) = ends if client else ends[::-1]
    segment = struct.pack(">HHIIBBHHH", sport, dport, own, other, 0x50, 24, 65535, 0, 0) + data
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0) + source + target
    return bytes.fromhex("020000000002020000000001") + b"\x08\0" + header + segment
def write(name, *said):
    position = {True: 1, False: 1}
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for second, (client, data) in enumerate(said):
            packet = frame(client, position[client], position[not client], data)
            file.write(struct.pack("<4I", 1_600_000_000 + second, 0, len(packet), len(packet)) + packet)
            position[client] += len(data)
def message(function, data):
    return struct.pack(">HHHBB", 1, 0, len(data) + 2, 1, function) + data
asked = message(3, struct.pack(">HH", 100, 2))
answer = False, message(3, struct.pack(">BHH", 4, 11, 12))
write("whole", (True, asked), answer)
write("no-request", answer)
for cut in 7, 8:
    write(f"cut-at-{cut}", (True, asked[:cut]), (True, asked[cut:]), answer)
write("coils", (True, message(1, struct.pack(">HH", 100, 3))), (False, message(1, b"\1\5")))
write("coils-no-request", (False, message(1, b"\1\5")))
PYTHON
python3 write.py
for name in whole no-request cut-at-7 cut-at-8 coils coils-no-request; do
  fields='-e modbus.request_frame -e modbus.regnum16 -e modbus.regval_uint16 -e modbus.bitnum -e modbus.bitval'
  tshark -r $name -Y 'modbus && tcp.srcport == 502' -T fields -E separator='|' $fields 2>/dev/null | sed "s/^/$name: /"
done | tee seen
cat >wanted <<'END'
whole: 1|100,101|11,12||
no-request: |0,1|11,12||
cut-at-7: |0,1|11,12||
cut-at-8: 2|100,101|11,12||
coils: 1|||100,101,102|1,0,1
coils-no-request: |||0,1,2,3,4,5,6,7|1,0,1,0,0,0,0,0
END
cmp seen wanted
