#!/bin/sh
# Guess: `deno run` fetches the npm packages that a program imports: what else deno.json lists in `imports`, and the lock
# file has, is for other programs of the folder.
# Found: once the lock file has them, Deno 2.9.5 fetches all that deno.json names as soon as a program imports one. Without
# a lock file, and before another program has put them there, it fetches what it needs.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export npm_config_update_notifier=false
echo 'console.log("started");' >none.js
echo 'import "ms"; console.log("started");' >one.js
echo 'import "ms"; import "nanoid"; console.log("started");' >both.js
echo '{ "imports": { "ms": "npm:ms@2.1.3", "nanoid": "npm:nanoid@5.1.5" } }' >deno.json
try() {
  said=$(DENO_DIR="$folder/cache" npx --yes deno@2.9.5 run "$@" 2>log | tail -n 1)
  echo "$*: $said, has" $(find cache -type d -name '[0-9]*.[0-9]*.[0-9]*' | sed 's|.*/\(.*/.*\)|\1|' | sort)
  rm -rf cache
}
{
  try none.js
  try one.js
  try both.js
  try none.js
  try one.js
  try --no-lock one.js
} | tee seen
cat >wanted <<'END'
none.js: started, has
one.js: started, has ms/2.1.3
both.js: started, has ms/2.1.3 nanoid/5.1.5
none.js: started, has
one.js: started, has ms/2.1.3 nanoid/5.1.5
--no-lock one.js: started, has ms/2.1.3
END
cmp seen wanted
