#!/bin/sh
# Guess: the certificate of `openssl req -x509`, which is what people make for one server, can be given to clients as the
# one authority that they trust, as curl --cacert takes it.
# Found: OpenSSL 3.0 marks it as an authority's (basicConstraints CA:TRUE) unless told otherwise, and Deno 2.9.5 (rustls)
# refuses that at the server: "CaUsedAsEndEntity", as InvalidData. curl 7.88 takes the same certificate of the same
# server. With -addext basicConstraints=critical,CA:FALSE Deno takes it, too, although it is no authority then.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
make() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost "$@" 2>/dev/null
}
make -keyout usual.key -out usual.pem
make -keyout plain.key -out plain.pem -addext basicConstraints=critical,CA:FALSE
cat >both.mts <<'SCRIPT'
const NO_CONTENT = new TextEncoder().encode("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
for (const name of ["usual", "plain"]) {
  const cert = Deno.readTextFileSync(`${name}.pem`);
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key: Deno.readTextFileSync(`${name}.key`) });
  const { port } = listener.addr as Deno.NetAddr;
  const serving = (async () => {
    for await (const connection of listener) {
      try {
        await connection.handshake();
        await connection.write(NO_CONTENT);
      } catch { /* the client has refused it */ }
      connection.close();
    }
  })();
  let deno = "takes it";
  try {
    const connection = await Deno.connectTls({ hostname: "localhost", port, caCerts: [cert] });
    await connection.handshake();
    connection.close();
  } catch (error) {
    deno = `${(error as Error).name} ${/CaUsedAsEndEntity/.exec((error as Error).message)}`;
  }
  const args = ["-4", "-sS", "--cacert", `${name}.pem`, "-o", "/dev/null", "-w", "%{http_code}", `https://localhost:${port}/`];
  const { stdout } = await new Deno.Command("curl", { args }).output();
  console.log(`${name}: Deno ${deno}, curl ${new TextDecoder().decode(stdout)}`);
  listener.close();
  await serving;
}
SCRIPT
node_modules/.bin/deno run --quiet --allow-net --allow-read --allow-run both.mts | tee seen
cat >wanted <<'END'
usual: Deno InvalidData CaUsedAsEndEntity, curl 204
plain: Deno takes it, curl 204
END
cmp seen wanted
