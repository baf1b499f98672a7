#!/bin/sh
# Guess: what V8 has compiled outlives an ArrayBuffer that is transferred to another thread, or if it does not, then from the
# first transfer on.
# Found: V8 15.0 in Deno 2.9.5 keeps its code when a buffer is detached that has one typed array. The first one that has
# two, a `subarray` is enough, makes it throw away at once all that the thread has compiled for typed arrays, and compile
# it again (--trace-protector-invalidation names it). So detach such a buffer before the work begins.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >views.mjs <<'SCRIPT'
globalThis.first = (bytes) => bytes[0];
const v8 = (name) => new Function(`return %${name}(first)`)();
const status = () => {
  first(new Uint8Array(8));
  return v8("GetOptimizationStatus");
};
const detach = (count) => {
  const bytes = new Uint8Array(8);
  const views = [bytes];
  while (views.length < count) views.push(bytes.subarray(1));
  bytes.buffer.transfer(0);
  return views;
};
const [before, after] = Deno.args.map(Number);
detach(before);
v8("PrepareFunctionForOptimization");
status();
v8("OptimizeMaglevOnNextCall");
const compiled = status();
detach(after);
console.log(`${before} view(s), compiled, ${after} view(s):`, status() === compiled ? "kept" : "thrown away");
SCRIPT
for views in "1 1" "1 2" "2 2"; do
  DENO_NO_UPDATE_CHECK=1 npx deno run --v8-flags=--allow-natives-syntax views.mjs $views >>seen
done
cat seen
cat >wanted <<'END'
1 view(s), compiled, 1 view(s): kept
1 view(s), compiled, 2 view(s): thrown away
2 view(s), compiled, 2 view(s): kept
END
cmp seen wanted
