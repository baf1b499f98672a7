#!/bin/sh
# Guess: Temporal's values pass to a worker by postMessage and through structuredClone, as Date does.
# Found: in Deno 2.9.5 (V8 15) they raise DataCloneError; so does a whole record in which one of them stands.
# Date, BigInt and typed arrays pass. Send `epochNanoseconds`, a BigInt.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >read.mjs <<'SCRIPT'
const instant = Temporal.Instant.fromEpochNanoseconds(1_600_000_000_123_456_789n);
const { port1, port2 } = new MessageChannel();
for (const value of [instant, Temporal.PlainDate.from("2020-09-13"), { at: instant, length: 60 }, new Date(0), instant.epochNanoseconds]) {
  try {
    structuredClone(value);
    port1.postMessage(value);
    console.log("passes", typeof value);
  } catch (error) {
    console.log(error.name);
  }
}
port1.close();
port2.close();
SCRIPT
DENO_NO_UPDATE_CHECK=1 npx deno run read.mjs | tee seen
cat >wanted <<'END'
DataCloneError
DataCloneError
DataCloneError
passes object
passes bigint
END
cmp seen wanted
