#!/bin/sh
# Guess: a parser of SIP reads all Via values of a request that has passed proxies, in lines of their own or in one
# line (RFC 3261, section 7.3.1), as it does with Contact.
# Found: parsip 1.0.7 parses the first of several lines alone; of two values in one line it gives one, with the
# second's host and, where that has no port, the first's: a hop that there never was.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >npm.log
npm install --silent parsip@1.0.7 >npm.log
cat >read.mjs <<'JS'
import parsip from "parsip";
const around = ["OPTIONS sip:b@example.com SIP/2.0", "From: <sip:a@example.com>;tag=1", "To: <sip:b@example.com>",
  "Call-ID: 1", "CSeq: 1 OPTIONS", "Contact: <sip:a@192.0.2.1>, <sip:a@192.0.2.2>", "Content-Length: 0", "", ""];
const near = "SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK2", far = "SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK1";
for (const lines of [[`Via: ${near}`], [`Via: ${far}`], [`Via: ${far}`, `Via: ${near}`], [`Via: ${far},${near}`]]) {
  const { headers } = parsip.getSIP(around.toSpliced(1, 0, ...lines).join("\r\n"));
  const hops = headers.Via.map(({ parsed }) => parsed ? [parsed.transport, parsed.host, parsed.port].join(" ").trim() : "none");
  console.log(`${headers.Contact.length} contacts, ${hops.join(", ")}`);
}
JS
node read.mjs | tee seen
cat >wanted <<'END'
2 contacts, TCP 192.0.2.9
2 contacts, UDP 192.0.2.1 5062
2 contacts, UDP 192.0.2.1 5062, none
2 contacts, TCP 192.0.2.9 5062
END
cmp seen wanted
