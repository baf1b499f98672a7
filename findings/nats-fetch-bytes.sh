#!/bin/sh
# Guess: fetch({ max_bytes }) of a JetStream consumer gives what is there up to that size and then ends well, as
# fetch({ max_messages }) does; where that is missing something, it ends when `expires` is over.
# Found: @nats-io/jetstream 3.4.0 with nats-server 2.9.10 asks for 100 messages of those bytes, too. If more are there and
# all 100 fit, it gives 100 and waits: after one and a half times `expires` it fails with "heartbeats missed", with the
# server in good health. If fewer fit, it gives these and fails at once with "message size exceeds maxbytes", since the
# server says so of the next one. What was given is good in both cases, and only a loop that survives the error has it.
set -eu
folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nats-io/jetstream@3.4.0 @nats-io/transport-node@3.4.0
nats-server -a 127.0.0.1 -p -1 -js -sd "$folder/store" --ports_file_dir "$folder" >server.log 2>&1 &
server=$!
until cat "$folder"/nats-server_*.ports >ports.json 2>/dev/null && test -s ports.json; do sleep 0.1; done
cat >fetch.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
const { nats: [servers] } = JSON.parse(readFileSync("ports.json", "utf8"));
const connection = await connect({ servers });
const manager = await jetstreamManager(connection);
await manager.streams.add({ name: "S", subjects: ["s.>"] });
const client = jetstream(connection);
for (let n = 0; n < 250; n++) await client.publish("s.a", new Uint8Array(1000));
const expires = 2000;
for (const options of [{ max_messages: 100 }, { max_bytes: 1_000_000 }, { max_bytes: 50_000 }]) {
  const name = Object.entries(options).flat().join("-");
  await manager.consumers.add("S", { durable_name: name, ack_policy: AckPolicy.Explicit });
  const consumer = await client.consumers.get("S", name);
  const began = performance.now();
  let [given, end] = [0, "ends well"];
  try {
    for await (const message of await consumer.fetch({ ...options, expires })) {
      message.ack();
      given++;
    }
  } catch (error) {
    end = `fails: ${error.message}`;
  }
  const took = performance.now() - began > expires ? "later than it expires" : "at once";
  console.log(`${name}: ${given > 50 ? given : "fewer than 50"} messages, ${end}, ${took}`);
}
await connection.close();
SCRIPT
node fetch.mjs | tee seen
cat >wanted <<'END'
max_messages-100: 100 messages, ends well, at once
max_bytes-1000000: 100 messages, fails: heartbeats missed, later than it expires
max_bytes-50000: fewer than 50 messages, fails: message size exceeds maxbytes, at once
END
cmp seen wanted
