#!/bin/sh
# Guess: once read() of a named pipe has failed because the file was closed, that read takes nothing more from the pipe.
# Found: in Deno 2.9.5 a thread goes on waiting in read(2). close() makes the promise fail with Interrupted, but what is written
# next ends up in the caller's buffer, which may be in use for something else by then, and whoever opens the pipe next
# never gets it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkfifo pipe
cat >read.ts <<'SCRIPT'
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
// A process that keeps the pipe open and writes to it what it is told.
const told = "exec 3<>pipe; echo ready; while read word; do printf $word >&3; done";
const writer = new Deno.Command("sh", { args: ["-c", told], stdin: "piped", stdout: "piped" }).spawn();
const output = writer.stdout.getReader();
await output.read();
const input = writer.stdin.getWriter();
const say = (word: string) => input.write(new TextEncoder().encode(word + "\n"));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll("\0", ".");

const buffer = new Uint8Array(8);
const first = await Deno.open("pipe");
const read = first.read(buffer).catch((error) => error.name);
for (let i = 0; i < 10; i++) await pause(); // until the thread waits
first.close();
console.log("read() ends with", await read, text(buffer));
await say("late");
for (let i = 0; i < 100 && buffer[0] === 0; i++) await pause();
console.log("the buffer later", text(buffer));

const second = await Deno.open("pipe");
const other = new Uint8Array(8);
const next = second.read(other);
await say("more");
console.log("the next reader gets", await next, text(other));
second.close();
await input.close();
await output.cancel();
await writer.status;
SCRIPT
timeout 60 npx --yes deno@2.9.5 run --no-config --allow-read --allow-run=sh read.ts >seen
cat seen
cat >wanted <<'END'
read() ends with Interrupted ........
the buffer later late....
the next reader gets 4 more....
END
cmp seen wanted
