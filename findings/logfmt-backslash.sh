#!/bin/sh
# Guess: a logfmt library reads back what it writes: a backslash in a quoted value is a character, or escapes one.
# Found: PyPI's logfmt 0.4 reads `true` in place of any value with a backslash that is not followed by a
# quotation mark, its own output included, and drops the rest of the line: "C:\temp" is lost with the size
# behind it, and so is a well escaped "C:\\temp". Nothing is raised. npm's logfmt 1.4.0 and
# @jclem/logfmt2 2.4.3 read back their own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install logfmt==0.4
npm init -y >/dev/null
npm install --silent --no-audit --no-fund logfmt@1.4.0 @jclem/logfmt2@2.4.3
cat >read.py <<'PYTHON'
import io, logfmt
own = next(iter(logfmt.format({"path": "C:\\temp"})))
for line in (own, r'path="C:\\temp"', r'path="say \"temp\""', "path"):
    print(line, "->", *logfmt.parse(io.StringIO(line + " size=1\n")))
PYTHON
venv/bin/python read.py >seen
cat >read.mjs <<'SCRIPT'
import logfmt from "logfmt";
import logfmt2 from "@jclem/logfmt2";
const path = "C:\\temp";
console.log("npm", logfmt.parse(logfmt.stringify({ path })).path, logfmt2.decode(logfmt2.encode({ path })).path);
SCRIPT
node read.mjs >>seen
cat seen
cat >wanted <<'END'
path="C:\temp" -> {'path': True}
path="C:\\temp" -> {'path': True}
path="say \"temp\"" -> {'path': 'say "temp"', 'size': '1'}
path -> {'path': True, 'size': '1'}
npm C:\temp C:\temp
END
cmp seen wanted
