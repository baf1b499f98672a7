#!/bin/sh
# Guess: QuicEndpoint.close() gives its UDP port back, as closing Deno.listenDatagram's socket does.
# Found: in Deno 2.9.5 the port stays taken for the rest of the process, by an endpoint that was never used, too:
# a server that closes its endpoint to listen again on the same port gets AddrInUse. Keep the endpoint and
# call listen() on it again after the listener's stop().
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 \
  -subj /CN=localhost -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost 2>/dev/null
cat >port.mjs <<'SCRIPT'
const cert = Deno.readTextFileSync("cert.pem"), key = Deno.readTextFileSync("key.pem");
const hostname = "127.0.0.1";
const udp = (port) => Deno.listenDatagram({ transport: "udp", hostname, port });
const quic = (port) => new Deno.QuicEndpoint({ hostname, port });
for (const [name, open] of [["listenDatagram", udp], ["QuicEndpoint", quic]]) {
  const socket = open(0);
  const port = socket.addr.port;
  socket.close();
  await new Promise((done) => setTimeout(done, 3000));
  for (const again of [udp, quic]) {
    try {
      again(port).close();
      console.log(name, "gives it back");
      break;
    } catch (error) {
      console.log(name, error.name);
    }
  }
}
const endpoint = quic(0);
for (const name of ["listens", "listens again"]) {
  endpoint.listen({ cert, key, alpnProtocols: ["x"] }).stop();
  console.log(name);
}
Deno.exit(0);
SCRIPT
DENO_NO_UPDATE_CHECK=1 npx deno run -A --unstable-net port.mjs | tee seen
cat >wanted <<'END'
listenDatagram gives it back
QuicEndpoint AddrInUse
QuicEndpoint AddrInUse
listens
listens again
END
cmp seen wanted
