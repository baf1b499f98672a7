#!/bin/sh
# Guess: a purge takes messages out of a JetStream stream and changes nothing for those that come: the next one has the
# number after the last, and one whose Nats-Msg-Id was of a purged message is stored, since nothing like it is there.
# Found: with nats-server 2.9.10 a purge up to a number beyond the end (`seq`) leaves the numbers between out: after 4 comes
# 1000, which a reader that counts gaps takes for 995 lost messages. And the ids of purged messages are still
# known while `duplicate_window` lasts: a message sent again after the purge is acknowledged as a duplicate, with the
# number of the one that is gone, and is not stored. The same goes for one that `max_msgs` or a delete took out.
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
cat >purge.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
const { nats: [servers] } = JSON.parse(readFileSync("ports.json", "utf8"));
const connection = await connect({ servers });
const { streams } = await jetstreamManager(connection);
const client = jetstream(connection);
await streams.add({ name: "S", subjects: ["s"] });
await streams.add({ name: "M", subjects: ["m"], max_msgs: 1 });
const publish = async (subject, msgID) => {
  const { seq, duplicate } = await client.publish(subject, "", { msgID });
  return `${msgID} is ${seq}${duplicate ? ", a duplicate" : ""}`;
};
const state = async (name) => {
  const { messages, first_seq, last_seq } = (await streams.info(name)).state;
  return `${messages} messages, first ${first_seq}, last ${last_seq}`;
};
for (const id of ["a", "b", "c", "d"]) console.log(await publish("s", id));
console.log("purged up to 3:", (await streams.purge("S", { seq: 3 })).purged, "->", await state("S"));
console.log("purged up to 1000:", (await streams.purge("S", { seq: 1000 })).purged, "->", await state("S"));
console.log(await publish("s", "a"), "->", await state("S"));
console.log(await publish("s", "e"), "->", await state("S"));
await streams.deleteMessage("S", 1000);
console.log("deleted e;", await publish("s", "e"), "->", await state("S"));
console.log(await publish("m", "a"));
console.log(await publish("m", "b"), "->", await state("M"));
console.log(await publish("m", "a"), "->", await state("M"));
await connection.close();
SCRIPT
node purge.mjs | tee seen
cat >wanted <<'END'
a is 1
b is 2
c is 3
d is 4
purged up to 3: 2 -> 2 messages, first 3, last 4
purged up to 1000: 2 -> 0 messages, first 1000, last 999
a is 1, a duplicate -> 0 messages, first 1000, last 999
e is 1000 -> 1 messages, first 1000, last 1000
deleted e; e is 1000, a duplicate -> 0 messages, first 1001, last 1000
a is 1
b is 2 -> 1 messages, first 2, last 2
a is 1, a duplicate -> 1 messages, first 2, last 2
END
cmp seen wanted
