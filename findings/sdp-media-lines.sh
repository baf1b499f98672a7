#!/bin/sh
# Guess: a parser of session descriptions with a writer gives back what it read, and marks what it does not understand, as
# sdp-transform does for unknown attributes (`invalid`).
# Found: sdp-transform 3.0.0 passes over an m= line with a number of ports ("49170/2", RFC 4566, section 5.14): the stream
# has no type, port and payloads, and is written as "m=undefined NaN undefined". Of several t= lines with their r= ones
# and of several c= lines of a stream, which sections 5.9 and 5.7 allow, the last is kept. Python's sdp_transform
# 1.1.0 leaves the same out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund sdp-transform@3.0.0
python3 -m venv venv
venv/bin/pip -q install sdp-transform==1.1.0
head='v=0|o=- 1 2 IN IP4 192.0.2.5|s=-|t=3900000000 3900003600|'
{
  echo "${head}m=video 49170 RTP/AVP 31|c=IN IP4 233.252.0.1/127|"
  echo "${head}m=video 49170/2 RTP/AVP 31|c=IN IP4 233.252.0.1/127|"
  echo "${head}m=video 49170 RTP/AVP 31|c=IN IP4 233.252.0.1/127|c=IN IP4 233.252.0.2/127|"
  echo "${head}t=3900010000 3900013600|m=audio 49180 RTP/AVP 0|"
} >descriptions
cat >sdp.cjs <<'SCRIPT'
const { parse, write } = require("sdp-transform");
for (const text of require("node:fs").readFileSync("descriptions", "utf8").trim().split("\n")) {
  console.log(write(parse(text.replaceAll("|", "\r\n"))).trim().split("\r\n").slice(3).join(" | "));
}
SCRIPT
node sdp.cjs | tee seen
cat >sdp.py <<'PYTHON'
import sdp_transform
for text in open("descriptions"):
    session = sdp_transform.parse(text.strip().replace("|", "\r\n"))
    print(session["timing"]["start"], *(f"{m.get('type')} {m.get('port')} {m.get('connection', {}).get('ip')}" for m in session["media"]))
PYTHON
venv/bin/python sdp.py | tee -a seen
cat >wanted <<'END'
t=3900000000 3900003600 | m=video 49170 RTP/AVP 31 | c=IN IP4 233.252.0.1/127
t=3900000000 3900003600 | m=undefined NaN undefined  | c=IN IP4 233.252.0.1/127
t=3900000000 3900003600 | m=video 49170 RTP/AVP 31 | c=IN IP4 233.252.0.2/127
t=3900010000 3900013600 | m=audio 49180 RTP/AVP 0
3900000000 video 49170 233.252.0.1/127
3900000000 None None 233.252.0.1/127
3900000000 video 49170 233.252.0.2/127
3900010000 audio 49180 None
END
cmp seen wanted
