#!/bin/sh
# Guess: Python's email reads a header with a blank before its colon, which older programs write and every reader must
# take (RFC 5322, section 4.5.8), or leaves that one field out.
# Found: Python 3.11 ends the headers there, and notes a defect: that field and all behind it, From and Message-ID here,
# are text of the body. postal-mime 4.0.0 of npm reads them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf 'To: b@example.com\r\nSubject : hello\r\nFrom: a@example.com\r\nMessage-ID: <1@example.com>\r\n\r\ntext\r\n' >mail
cat >read.py <<'PYTHON'
import email, email.policy
for policy in (email.policy.compat32, email.policy.default):
    message = email.message_from_bytes(open("mail", "rb").read(), policy=policy)
    print("python", list(message.keys()), len(message.get_payload().splitlines()), "lines of text", len(message.defects), "defects")
PYTHON
npm init -y >npm.log
npm install --silent postal-mime@4.0.0 >npm.log
cat >read.mjs <<'JS'
import { readFileSync } from "node:fs";
import PostalMime from "postal-mime";
const { headers, from, subject, text } = await PostalMime.parse(readFileSync("mail"));
console.log("postal-mime", headers.map(({ key }) => key).join(" "), from?.address, subject, text.trim());
JS
{
  python3 read.py
  node read.mjs
} | tee seen
cat >wanted <<'END'
python ['To'] 5 lines of text 1 defects
python ['To'] 5 lines of text 1 defects
postal-mime to subject from message-id a@example.com hello text
END
cmp seen wanted
