#!/bin/sh
# Guess: jq's gmtime, todate and strftime give the second in which a time lies, before 1970 as after.
# Found: jq 1.6 cuts the seconds towards zero and then puts the fraction, made positive, on top: -1.5, which
# is 23:59:58.5, becomes the second 59.5, a whole second late, and todate says 23:59:59. Every time before
# 1970 that has a fraction is late. Whole seconds and times after 1970 are right. (libpcap counts seconds
# above 2^31 as negative: such times do arrive.)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
jq --version
for time in -1.5 -1.25 -2 1.5; do
  jq -cn "$time | [., gmtime[5], todate]"
done | tee seen
python3 -c 'import datetime as d; print(d.datetime(1970, 1, 1) + d.timedelta(seconds=-1.5))' | tee -a seen
cat >wanted <<'END'
[-1.5,59.5,"1969-12-31T23:59:59Z"]
[-1.25,59.75,"1969-12-31T23:59:59Z"]
[-2,58,"1969-12-31T23:59:58Z"]
[1.5,1.5,"1970-01-01T00:00:01Z"]
1969-12-31 23:59:58.500000
END
cmp seen wanted
