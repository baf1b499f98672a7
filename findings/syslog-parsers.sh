#!/bin/sh
# Guess: a parser of RFC 5424 gives what the examples and rules of its sections 6.2 and 6.3 say.
# Found: glossy 0.1.7 leaves out facility and severity of priority 0, the kernel's emergencies, because it takes the
# 0 for none. nsyslog-parser 0.10.1 dates a message without a time (`-`) to the moment of parsing, keeps the
# dashes of empty fields as text, and the backslash before a bracket; where a parameter has an escaped quotation
# mark it leaves all structured data in the message. Each gets right what the other gets wrong.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund glossy@0.1.7 nsyslog-parser@0.10.1
cat >parse.cjs <<'SCRIPT'
const { Parse } = require("glossy");
const nsyslog = require("nsyslog-parser");
const started = Date.now();
const kernel = "<0>1 2003-10-11T22:14:15.003Z host kernel - - - panic";
console.log("glossy <0>", Parse.parse(kernel).facility, Parse.parse(kernel).severity);
console.log("nsyslog <0>", nsyslog(kernel).facility, nsyslog(kernel).level);
const empty = "<165>1 - - - - - - text";
console.log("glossy empty", Parse.parse(empty).time, Parse.parse(empty).host);
console.log("nsyslog empty", nsyslog(empty).ts >= new Date(started) && "now", nsyslog(empty).host);
for (const value of ["x y", "x \\] y", 'x \\" y']) {
  const message = `<165>1 2003-10-11T22:14:15.003Z host app 1 id [ex@32473 key="${value}"] text`;
  console.log("glossy", Parse.parse(message).structuredData["ex@32473"].key, "|", Parse.parse(message).message);
  console.log("nsyslog", nsyslog(message).structuredData[0]?.key, "|", nsyslog(message).message);
}
SCRIPT
node parse.cjs | tee seen
cat >wanted <<'END'
glossy <0> undefined undefined
nsyslog <0> kern emerg
glossy empty undefined null
nsyslog empty now -
glossy x y | text
nsyslog x y | text
glossy x ] y | text
nsyslog x \] y | text
glossy x " y | text
nsyslog undefined | [ex@32473 key="x \" y"] text
END
cmp seen wanted
