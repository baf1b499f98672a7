#!/bin/sh
# Guess: python-can reads every error frame in a candump log as one, writes back what it has read, and a format
# that can't hold CAN FD says so.
# Found: python-can 4.6.1 takes only bus errors (class 0x80) for error frames, and forgets their class and bytes.
# All others, as a controller that goes passive (class 0x04), become data frames of an extended identifier, 0x4,
# and are written as such. candump logs lose the length that a remote frame asks for; CSV and SQLite take CAN FD
# frames of 12 bytes and give classic ones of 12 bytes back.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install python-can==4.6.1
cat >in.log <<'END'
(1700000000.000001) can0 20000004#000C000000000000
(1700000000.000002) can0 20000088#0000080000000000
(1700000000.000003) can0 123#R4
(1700000000.000004) can0 123##1000102030405060708090A0B
END
cat >again.py <<'PYTHON'
import can
def words(frame):
    kinds = [name for name in ("is_error_frame", "is_extended_id", "is_remote_frame", "is_fd") if getattr(frame, name)]
    return f"{frame.arbitration_id:x} {frame.dlc} {bytes(frame.data).hex() or '-'} {' '.join(kinds) or 'data'}"
frames = list(can.LogReader("in.log"))
print("read", *map(words, frames), sep="\n  ")
for name in ("out.log", "out.csv", "out.db"):
    with can.Logger(name) as writer:
        for frame in frames[2:]:
            writer(frame)
    copies = can.SqliteReader(name) if name.endswith("db") else can.LogReader(name)
    print(name, *map(words, copies), sep="\n  ")
with can.Logger("errors.log") as writer:
    for frame in frames[:2]:
        writer(frame)
print("written", *(line.split()[2] for line in open("errors.log")), sep="\n  ")
PYTHON
venv/bin/python again.py | tee seen
cat >wanted <<'END'
read
  4 8 000c000000000000 is_extended_id
  0 0 - is_error_frame is_extended_id
  123 4 - is_remote_frame
  123 12 000102030405060708090a0b is_fd
out.log
  123 0 - is_remote_frame
  123 12 000102030405060708090a0b is_fd
out.csv
  123 4 - is_remote_frame
  123 12 000102030405060708090a0b data
out.db
  123 4 - is_remote_frame
  123 12 000102030405060708090a0b data
written
  00000004#000C000000000000
  20000080#
END
cmp seen wanted
