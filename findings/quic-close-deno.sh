#!/bin/sh
# Guess: when a QUIC connection in Deno is closed with an application's error code, both sides see the code
# wherever they wait: `closed`, a read, the stream of incoming streams.
# Found: in Deno 2.9.5 a peer's `closed` resolves with it, but the loop over incoming streams just ends, as if all
# had gone well, and a read under way rejects with NotConnected and no code (readDatagram() names it in its
# message). The side that closed is told code 0 whatever it gave. Ask `closed` when a loop has ended.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 \
  -subj /CN=localhost -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost 2>/dev/null
cat >close.mjs <<'SCRIPT'
const cert = Deno.readTextFileSync("cert.pem"), key = Deno.readTextFileSync("key.pem");
const server = new Deno.QuicEndpoint({ hostname: "127.0.0.1", port: 0 });
const accepting = server.listen({ cert, key, alpnProtocols: ["x"] }).accept();
const client = await Deno.connectQuic({
  hostname: "localhost", port: server.addr.port, alpnProtocols: ["x"], caCerts: [cert],
  endpoint: new Deno.QuicEndpoint({ hostname: "127.0.0.1", port: 0 }),
});
const peer = await accepting;
const stream = await client.createBidirectionalStream();
await stream.writable.getWriter().write(Uint8Array.of(1));
const incoming = peer.incomingBidirectionalStreams.getReader();
const reader = (await incoming.read()).value.readable.getReader();
await reader.read();
const outcome = (promise) => promise.then((value) => JSON.stringify(value), (error) => `${error.name}: ${error.message}`);
const waits = { "peer's closed": peer.closed, "incoming streams": incoming.read(), "read": reader.read(),
  "datagram": peer.readDatagram(), "own closed": client.closed };
const outcomes = Object.entries(waits).map(async ([name, promise]) => [name, await outcome(promise)]);
client.close({ closeCode: 7, reason: "bad" });
for (const [name, text] of await Promise.all(outcomes)) console.log(`${name}: ${text}`);
Deno.exit(0);
SCRIPT
DENO_NO_UPDATE_CHECK=1 npx deno run -A --unstable-net close.mjs | tee seen
cat >wanted <<'END'
peer's closed: {"closeCode":7,"reason":"bad"}
incoming streams: {"done":true}
read: NotConnected: connection lost
datagram: Error: closed by peer: bad (code 7)
own closed: {"closeCode":0,"reason":""}
END
cmp seen wanted
