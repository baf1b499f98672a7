#!/bin/sh
# Guess: a watcher of a bucket in @nats-io/kv marks what changes from then on (`isUpdate`) and not what was there when it began, and
# one with `ignoreDeletes` is told of no key's end.
# Found: @nats-io/kv 3.4.0 with nats-server 2.9.10 marks the last of the values that were there, too: with one key all that it
# gives is updates. `ignoreDeletes` leaves out a delete, not a purge, which comes as an entry without a value.
set -eu
folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nats-io/jetstream@3.4.0 @nats-io/kv@3.4.0 @nats-io/transport-node@3.4.0
nats-server -a 127.0.0.1 -p -1 -js -sd "$folder/store" --ports_file_dir "$folder" >server.log 2>&1 &
server=$!
until cat "$folder"/nats-server_*.ports >ports.json 2>/dev/null && test -s ports.json; do sleep 0.1; done
cat >watch.mjs <<'SCRIPT'
import { readFileSync } from "node:fs";
import { jetstream } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
const { nats: [servers] } = JSON.parse(readFileSync("ports.json", "utf8"));
const connection = await connect({ servers });
const buckets = new Kvm(jetstream(connection));
async function* upTo(last, watch) {
  for await (const entry of watch) {
    yield entry;
    if (entry.key === last) return;
  }
}
for (const keys of [["a"], ["a", "b", "c"]]) {
  const bucket = await buckets.create(`keys-${keys.length}`);
  for (const key of keys) await bucket.put(key, "there");
  const watch = await bucket.watch();
  await bucket.put("new", "now");
  const seen = [];
  for await (const { key, isUpdate } of upTo("new", watch)) seen.push(`${key} ${isUpdate ? "update" : "there"}`);
  console.log(seen.join(", "));
}
const bucket = await buckets.create("ends");
const watch = await bucket.watch({ ignoreDeletes: true });
for (const key of ["deleted", "purged"]) await bucket.put(key, "x");
await bucket.delete("deleted");
await bucket.purge("purged");
await bucket.put("new", "now");
const seen = [];
for await (const { key, operation } of upTo("new", watch)) seen.push(`${operation} ${key}`);
console.log(seen.join(", "));
await connection.close();
SCRIPT
node watch.mjs | tee seen
cat >wanted <<'END'
a update, new update
a there, b there, c update, new update
PUT deleted, PUT purged, PURGE purged, PUT new
END
cmp seen wanted
