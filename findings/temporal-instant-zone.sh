#!/bin/sh
# Guess: Temporal's strings read back as the time they were made from.
# Found: not where a zone's offset has seconds. In V8 15 (Deno 2.9.5) Instant.toString({ timeZone }) prints
# the offset in whole minutes, as the standard wants, and nothing that tells: read back it is 2 s off for New
# York before 1883, up to 30 s elsewhere (Monrovia until 1972: -00:44:30). ZonedDateTime's string is rounded
# in the same way but reads back rightly by its zone's name. Only `.offset` shows the seconds.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.5
cat >read.mjs <<'SCRIPT'
for (const [seconds, timeZone] of [[-3_000_000_000, "America/New_York"], [60_000_000, "Africa/Monrovia"]]) {
  const instant = Temporal.Instant.fromEpochMilliseconds(seconds * 1000);
  const zoned = instant.toZonedDateTimeISO(timeZone);
  const text = instant.toString({ timeZone });
  console.log(zoned.offset, text, Temporal.Instant.from(text).epochMilliseconds / 1000 - seconds);
  console.log(zoned.toString(), Temporal.ZonedDateTime.from(zoned.toString()).epochMilliseconds / 1000 - seconds);
}
SCRIPT
DENO_NO_UPDATE_CHECK=1 npx deno run read.mjs | tee seen
cat >wanted <<'END'
-04:56:02 1874-12-07T13:43:58-04:56 -2
1874-12-07T13:43:58-04:56[America/New_York] 0
-00:44:30 1971-11-26T09:55:30-00:45 30
1971-11-26T09:55:30-00:45[Africa/Monrovia] 0
END
cmp seen wanted
