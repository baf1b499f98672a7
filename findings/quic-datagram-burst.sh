#!/bin/sh
# Guess: of a burst of QUIC datagrams that is too large for the receiver's memory the last ones are lost, as a
# UDP socket loses them, or `await connection.sendDatagram()` holds the sender back; and maxDatagramSize is a
# constant of the connection.
# Found: in Deno 2.9.5 all 6,000 promises resolve, and what the receiver that reads afterwards gets is the
# *end* of the burst: the oldest are thrown away, uncounted. maxDatagramSize is 1,162 on the first packet and
# grows with what the path turns out to carry: ask again.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 \
  -subj /CN=localhost -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost 2>/dev/null
cat >burst.mjs <<'SCRIPT'
const cert = Deno.readTextFileSync("cert.pem"), key = Deno.readTextFileSync("key.pem");
const server = new Deno.QuicEndpoint({ hostname: "127.0.0.1", port: 0 });
const listener = server.listen({ cert, key, alpnProtocols: ["x"] });
const accepting = listener.accept();
const client = await Deno.connectQuic({
  hostname: "localhost", port: server.addr.port, alpnProtocols: ["x"], caCerts: [cert],
  endpoint: new Deno.QuicEndpoint({ hostname: "127.0.0.1", port: 0 }),
});
const connection = await accepting;
const before = client.maxDatagramSize;
const count = 6000;
for (let i = 0; i < count; i++) {
  const datagram = new Uint8Array(1000);
  new DataView(datagram.buffer).setUint32(0, i);
  await client.sendDatagram(datagram);
}
const numbers = [];
for (;;) {
  const datagram = await Promise.race([connection.readDatagram(), new Promise((done) => setTimeout(done, 2000))]);
  if (!datagram) break;
  numbers.push(new DataView(datagram.buffer, datagram.byteOffset).getUint32(0));
}
console.error(numbers.length, "received,", numbers[0], "to", numbers.at(-1), "; size", before, "then", client.maxDatagramSize);
console.log("first lost", numbers[0] > 0, "last there", numbers.at(-1) === count - 1);
console.log("size", before, "grown", client.maxDatagramSize > before);
Deno.exit(0);
SCRIPT
DENO_NO_UPDATE_CHECK=1 npx deno run -A --unstable-net burst.mjs | tee seen
cat >wanted <<'END'
first lost true last there true
size 1162 grown true
END
cmp seen wanted
