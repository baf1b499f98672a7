#!/bin/sh
# Guess: a JetStream consumer that starts at a sequence number or a time which the stream has not reached gives nothing
# stored before it, as one that starts within the stream does.
# Found: nats-server 2.9.10 takes both for the end of the stream as it is when the consumer is made: with four messages there
# and a start of 1000, or of an hour from now, the fifth is given at once. The consumer's configuration keeps the
# start that was asked for. A reader that goes on behind the number it remembers, in a stream that was made anew
# and is shorter, misses what is there and is given numbers below its own, without an error.
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
cat >start.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
const { nats: [servers] } = JSON.parse(readFileSync("ports.json", "utf8"));
const connection = await connect({ servers });
const manager = await jetstreamManager(connection);
const client = jetstream(connection);
await manager.streams.add({ name: "S", subjects: ["s"] });
const publish = async (count) => {
  for (let n = 0; n < count; n++) await client.publish("s", "");
};
await publish(4);
const { StartSequence, StartTime } = DeliverPolicy;
const starts = {
  "sequence 3": { deliver_policy: StartSequence, opt_start_seq: 3 },
  "sequence 6": { deliver_policy: StartSequence, opt_start_seq: 6 },
  "sequence 1000": { deliver_policy: StartSequence, opt_start_seq: 1000 },
  "in an hour": { deliver_policy: StartTime, opt_start_time: new Date(Date.now() + 3_600_000).toISOString() },
};
for (const [name, start] of Object.entries(starts)) {
  const durable_name = name.replaceAll(" ", "-");
  await manager.consumers.add("S", { durable_name, ack_policy: AckPolicy.None, ...start });
}
await publish(3);
for (const name of Object.keys(starts)) {
  const consumer = await client.consumers.get("S", name.replaceAll(" ", "-"));
  const { config } = await consumer.info();
  const given = [];
  for await (const message of await consumer.fetch({ max_messages: 10, expires: 1000 })) given.push(message.seq);
  const kept = config.opt_start_seq ?? (Date.parse(config.opt_start_time) > Date.now() ? "a time to come" : "a time gone by");
  console.log(`from ${name}: messages ${given.join(" ")}; configured: ${kept}`);
}
await connection.close();
SCRIPT
node start.mjs | tee seen
cat >wanted <<'END'
from sequence 3: messages 3 4 5 6 7; configured: 3
from sequence 6: messages 5 6 7; configured: 6
from sequence 1000: messages 5 6 7; configured: 1000
from in an hour: messages 5 6 7; configured: a time to come
END
cmp seen wanted
