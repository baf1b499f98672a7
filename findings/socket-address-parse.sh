#!/bin/sh
# Guess: net.SocketAddress.parse("[::1]:80") has port 80.
# Found: in Deno 2.9.5 it has port 0, since the text is read as an http: URL, in which 80 is no port worth
# keeping. 8080 stays. Without a port it is 0 as well: the two cannot be told apart.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >parse.mjs <<'SCRIPT'
import { SocketAddress } from "node:net";
for (const text of ["[::1]:80", "127.0.0.1:80", "127.0.0.1:8080", "127.0.0.1"]) console.log(text, SocketAddress.parse(text)?.port);
SCRIPT
DENO_NO_UPDATE_CHECK=1 npx deno run parse.mjs | tee seen
cat >wanted <<'END'
[::1]:80 0
127.0.0.1:80 0
127.0.0.1:8080 8080
127.0.0.1 0
END
cmp seen wanted
