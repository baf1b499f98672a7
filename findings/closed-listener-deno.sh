#!/bin/sh
# Guess: close() of a listener closes its socket when it returns, as in Node and Go, so that who renews a certificate
# closes it and listens at the same port again, at once.
# Found: while an accept() is under way, which is how listeners are used, Deno 2.9.5 keeps the socket until that call has
# failed: the next listen() in the same turn says "Address already in use". Once the accept (or the loop over the
# listener) has ended, the port is free. Deno.listen and Deno.listenTls alike.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -keyout key.pem -out certificate.pem 2>/dev/null
cat >listen.mts <<'SCRIPT'
const at = (port: number) => ({ hostname: "127.0.0.1", port });
const secrets = { cert: Deno.readTextFileSync("certificate.pem"), key: Deno.readTextFileSync("key.pem") };
const ways = { listen: (port: number) => Deno.listen(at(port)), listenTls: (port: number) => Deno.listenTls({ ...at(port), ...secrets }) };
for (const [name, listen] of Object.entries(ways)) {
  for (const when of ["at once", "when accept has ended"]) {
    const first = listen(0);
    const { port } = first.addr as Deno.NetAddr;
    const accepting = first.accept().catch((error) => error);
    await new Promise((resolve) => setTimeout(resolve, 100));
    first.close();
    if (when !== "at once") await accepting;
    try {
      listen(port).close();
      console.log(name, when, "free");
    } catch (error) {
      console.log(name, when, (error as Error).name);
    }
    await accepting;
  }
}
SCRIPT
node_modules/.bin/deno run --quiet --allow-net --allow-read listen.mts | tee seen
cat >wanted <<'END'
listen at once AddrInUse
listen when accept has ended free
listenTls at once AddrInUse
listenTls when accept has ended free
END
cmp seen wanted
