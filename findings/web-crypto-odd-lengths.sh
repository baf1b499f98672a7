#!/bin/sh
# Guess: what Web Crypto's standard allows is the same in Deno and in Node: X25519 keys cut at any bit,
# AES-GCM with an initialization vector of any length, AES-CTR with a counter of any width.
# Found: Deno 2.9.5 gives 253 bits of an X25519 secret as 256, the last three bits not cleared (no error: the
# same call gives different keys in the two runtimes); it refuses GCM vectors other than of 12 and 16 bytes
# (NotSupportedError) and counters other than of 32, 64 and 128 bits (a TypeError). Node 20 clears the bits,
# takes a vector of 13 bytes and a counter of 33 bits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >read.mjs <<'SCRIPT'
const { subtle } = crypto;
const try_ = async (name, call) => {
  try {
    console.log(name, new Uint8Array(await call()).at(-1));
  } catch (error) {
    console.log(name, error.name);
  }
};
const pkcs8 = Uint8Array.from([0x30, 46, 2, 1, 0, 0x30, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32, ...Array(32).fill(255)]);
const secret = await subtle.importKey("pkcs8", pkcs8, "X25519", false, ["deriveBits"]);
const point = await subtle.importKey("raw", Uint8Array.from([9, ...Array(31).fill(0)]), "X25519", true, []);
const bits = async (length) => new Uint8Array(await subtle.deriveBits({ name: "X25519", public: point }, secret, length));
const whole = await bits(256);
console.log("of", whole.at(-1) & 7, "left", (await bits(253)).at(-1) & 7);
const key = (name) => subtle.importKey("raw", new Uint8Array(16), name, false, ["encrypt"]);
await try_("GCM", async () => subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(13) }, await key("AES-GCM"), new Uint8Array()));
await try_("CTR", async () => subtle.encrypt({ name: "AES-CTR", counter: new Uint8Array(16), length: 33 }, await key("AES-CTR"), new Uint8Array(1)));
SCRIPT
for runtime in node "npx deno run"; do
  echo "$runtime"
  DENO_NO_UPDATE_CHECK=1 $runtime read.mjs 2>/dev/null
done | tee seen
cat >wanted <<'END'
node
of 2 left 0
GCM 70
CTR 102
npx deno run
of 2 left 2
GCM NotSupportedError
CTR TypeError
END
cmp seen wanted
