#!/bin/sh
# Guess: jq's fromdate, whose text ends in Z, gives the same number whatever TZ says, and strftime("%s") of a
# number is that number.
# Found: in jq 1.6, where TZ has summer time, fromdate (strptime and mktime) is an hour late for dates in
# summer and right for dates in winter; strftime("%s") is off by the zone's offset; and strptime's %z is read
# and ignored. todate is right everywhere. Run with TZ=UTC.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
jq --version
for zone in UTC0 EST5EDT,M3.2.0,M11.1.0; do
  TZ=$zone jq -cn --arg zone "$zone" '[$zone, ("2020-09-13T12:26:40Z", "2020-01-13T12:26:40Z" | fromdate),
    (1600000000 | todate, strftime("%s")), ("2020-01-13T12:26:40+0100" | strptime("%Y-%m-%dT%H:%M:%S%z") | mktime)]'
done | tee seen
cat >wanted <<'END'
["UTC0",1600000000,1578918400,"2020-09-13T12:26:40Z","1600000000",1578918400]
["EST5EDT,M3.2.0,M11.1.0",1600003600,1578918400,"2020-09-13T12:26:40Z","1600018000",1578918400]
END
cmp seen wanted
