#!/bin/sh
# Guess: parsing an IPv6 address and printing it gives the same 128 bits.
# Found: ipaddr.js 2.5.0 reads ::192.0.2.1, the old IPv4-compatible form (RFC 4291, section 2.5.5.1), as the
# IPv4-mapped ::ffff:192.0.2.1; the same address written ::c000:201 stays what it is. npm's ip-address 10.7.6
# and URL keep it. Addresses that inet_ntop has printed, with the dotted tail, come back as others.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ipaddr.js@2.5.0 ip-address@10.7.6
cat >read.mjs <<'NODE'
import ipaddr from "ipaddr.js";
import { Address6 } from "ip-address";
for (const text of ["::192.0.2.1", "::c000:201"]) {
  console.log(text, ipaddr.parse(text).toString(), new Address6(text).correctForm(), new URL(`http://[${text}]/`).hostname);
}
NODE
node read.mjs | tee seen
cat >wanted <<'END'
::192.0.2.1 ::ffff:c000:201 ::c000:201 [::c000:201]
::c000:201 ::c000:201 ::c000:201 [::c000:201]
END
cmp seen wanted
