#!/bin/sh
# Guess: dns-packet prints the addresses of AAAA records as other programs do (RFC 5952: "::" stands for the longest
# run of zeros, IPv4-mapped addresses have dots), so that its text can be looked up in theirs.
# Found: dns-packet 5.6.1 shortens the first of two runs, which may be the shorter one, and prints mapped addresses
# in hex; they are right, but equal to nobody's text. Python's ipaddress and inet_ntop agree with the RFC.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >npm.log
npm install --silent dns-packet@5.6.1 >npm.log
cat >print.mjs <<'JS'
import packet from "dns-packet";
for (const address of process.argv.slice(2)) {
  const answers = [{ type: "AAAA", name: "a.example", data: address }];
  console.log(packet.decode(packet.encode({ type: "response", answers })).answers[0].data);
}
JS
set -- 2001:db8:0:0:1:0:0:1 2001:0:0:1::1 2001:db8:0:1:1:1:1:1 ::ffff:192.0.2.1
node print.mjs "$@" >node
python3 -c 'import socket, sys
for text in sys.argv[1:]: print(socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, text)))' "$@" >python
paste -d " " node python | tee seen
cat >wanted <<'END'
2001:db8::1:0:0:1 2001:db8::1:0:0:1
2001::1:0:0:0:1 2001:0:0:1::1
2001:db8:0:1:1:1:1:1 2001:db8:0:1:1:1:1:1
::ffff:c000:201 ::ffff:192.0.2.1
END
cmp seen wanted
