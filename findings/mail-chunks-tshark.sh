#!/bin/sh
# Guess: tshark shows a mail that it has seen whole as one (`imf`), however its sender and TCP cut it up: with SMTP's DATA,
# with BDAT (RFC 3030, which Exchange and Exim send) or out of a POP3 mailbox.
# Found: tshark 4.0 shows a mail sent by BDAT only where its last chunk is empty ("BDAT 0 LAST"). With one chunk, as is usual,
# or two with text it is data without an end. Where the first ends between CR and LF, as blocks of one size do now
# and then, the next BDAT and all that the client says afterwards are data as well. A mail from a POP3 server is shown
# if it begins a segment, and not if it comes in one with the "+OK" before it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >write.py <<'PYTHON'
import struct
MAIL = b"From: a@example.com\r\nSubject: hello\r\n\r\n" + b"a line\r\n" * 3
SIZE = len(MAIL)
def frame(client, port, own, other, flags, data):
    ends = [(bytes([192, 0, 2, 1]), 40000), (bytes([192, 0, 2, 2]), port)]
    (source, sport), (target, dport) = ends if client else ends[::-1]
    segment = struct.pack(">HHIIBBHHH", sport, dport, own, other, 0x50, flags, 65535, 0, 0) + data
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0) + source + target
    return bytes.fromhex("020000000002020000000001") + b"\x08\0" + header + segment
def session(name, port, *said):  # a text's first letter tells who speaks: C or S
    position, steps = {True: 1, False: 1}, [(True, 2, b""), (False, 18, b"")]
    steps += [(text[:1] == b"C", 24, text[1:]) for text in said]
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for second, (client, flags, data) in enumerate(steps):
            packet = frame(client, port, position[client], position[not client] if flags & 16 else 0, flags, data)
            file.write(struct.pack("<4I", 1_600_000_000 + second, 0, len(packet), len(packet)) + packet)
            position[client] += len(data) + (flags >> 1 & 1)
def smtp(name, *chunks):
    ends = [b"S250 ok\r\n", b"CQUIT\r\n", b"S221 bye\r\n"]
    begin = [b"S220 h\r\n", b"CEHLO a\r\n", b"S250-h\r\n250 CHUNKING\r\n", b"CMAIL FROM:<a@example.com>\r\n", b"S250 ok\r\n"]
    session(name, 25, *begin, b"CRCPT TO:<b@example.com>\r\n", b"S250 ok\r\n", *chunks, *ends)
def pop3(name, *answer):
    session(name, 110, b"S+OK\r\n", b"CRETR 1\r\n", *answer, b"CQUIT\r\n", b"S+OK\r\n")
smtp("data", b"CDATA\r\n", b"S354 go\r\n", b"C" + MAIL + b".\r\n")
smtp("bdat-0", b"CBDAT %d\r\n" % SIZE, b"C" + MAIL, b"S250 ok\r\n", b"CBDAT 0 LAST\r\n")
smtp("bdat-1", b"CBDAT %d LAST\r\n" % SIZE, b"C" + MAIL)
for name, cut in ("bdat-2", 30), ("bdat-2-cr", 20):
    rest = b"CBDAT %d LAST\r\n" % (SIZE - cut)
    smtp(name, b"CBDAT %d\r\n" % cut, b"C" + MAIL[:cut], b"S250 ok\r\n", rest, b"C" + MAIL[cut:])
pop3("pop3-apart", b"S+OK\r\n", b"S" + MAIL + b".\r\n")
pop3("pop3-in-one", b"S+OK\r\n" + MAIL + b".\r\n")
PYTHON
python3 write.py
for name in data bdat-0 bdat-1 bdat-2 bdat-2-cr pop3-apart pop3-in-one; do
  mails=$(tshark -r $name -Y imf 2>/dev/null | wc -l)
  quits=$(tshark -r $name -Y 'smtp.req.command == "QUIT" || pop.request.command == "QUIT"' 2>/dev/null | wc -l)
  echo "$name: mails $mails, QUIT $quits"
done | tee seen
cat >wanted <<'END'
data: mails 1, QUIT 1
bdat-0: mails 1, QUIT 1
bdat-1: mails 0, QUIT 1
bdat-2: mails 0, QUIT 1
bdat-2-cr: mails 0, QUIT 0
pop3-apart: mails 1, QUIT 1
pop3-in-one: mails 0, QUIT 1
END
cmp seen wanted
