#!/bin/sh
# Guess: connect() of a node:dgram socket connects the operating system's socket, so that sending to a port
# where nobody listens is reported as ECONNREFUSED soon after, as udp(7) says; that is what a sender on
# loopback connects for.
# Found: Deno 2.9.5 only remembers the address: /proc/net/udp shows the socket unconnected, and the error
# never comes. Node 20's socket is connected and says ECONNREFUSED. remoteAddress() answers alike in both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >send.mjs <<'SCRIPT'
import dgram from "node:dgram";
import { readFileSync } from "node:fs";
const open = () => new Promise((resolve) => {
  const socket = dgram.createSocket("udp4");
  socket.bind(0, "127.0.0.1", () => resolve(socket));
});
const closed = await open();
const port = closed.address().port;
await new Promise((resolve) => closed.close(resolve));
const sender = await open();
await new Promise((resolve) => sender.connect(port, "127.0.0.1", resolve));
const own = sender.address().port.toString(16).toUpperCase().padStart(4, "0");
const line = readFileSync("/proc/net/udp", "utf8").split("\n").find((line) => line.includes(`0100007F:${own} `));
const told = new Promise((resolve) => {
  sender.on("error", (error) => resolve(error.code));
  setTimeout(resolve, 3000, "nothing");
});
sender.send("x", () => {});
console.log(globalThis.Deno ? "Deno" : "Node", sender.remoteAddress().port === port,
  line.trim().split(/\s+/)[2] === "00000000:0000" ? "unconnected" : "connected", await told);
process.exit(0);
SCRIPT
node send.mjs | tee seen
DENO_NO_UPDATE_CHECK=1 npx deno run -A send.mjs | tee -a seen
cat >wanted <<'END'
Node true connected ECONNREFUSED
Deno true unconnected nothing
END
cmp seen wanted
