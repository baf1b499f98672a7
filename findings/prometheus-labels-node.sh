#!/bin/sh
# Guess: a parser of Prometheus' text format gives a histogram for each set of labels, with its sum and count,
# as it does for a counter, and for a histogram without labels.
# Found: parse-prometheus-text-format 1.1.1 makes one of all of a family: without labels, sum and count, with
# the buckets of the last one that has each. Summaries lose them likewise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >npm.log
npm install --silent parse-prometheus-text-format@1.1.1 >npm.log
cat >read.mjs <<'JS'
import parse from "parse-prometheus-text-format";
const show = (text) => {
  for (const { type, metrics } of parse(text)) console.log(type, JSON.stringify(metrics));
};
const ends = (labels, count) => `wait_sum${labels} 3\nwait_count${labels} ${count}\n`;
const histogram = (disk, labels, count) =>
  `wait_bucket{${disk}le="1"} 1\nwait_bucket{${disk}le="+Inf"} ${count}\n` + ends(labels, count);
show("# TYPE wait histogram\n" + histogram("", "", 2));
show("# TYPE wait histogram\n" + histogram('disk="a",', '{disk="a"}', 2) + histogram('disk="b",', '{disk="b"}', 5));
show("# TYPE wait summary\n" + 'wait{disk="a",quantile="0.5"} 1\n' + ends('{disk="a"}', 2));
show("# TYPE sent counter\n" + 'sent{disk="a"} 1\nsent{disk="b"} 2\n');
JS
node read.mjs | tee seen
cat >wanted <<'END'
HISTOGRAM [{"buckets":{"1":"1","+Inf":"2"},"count":"2","sum":"3"}]
HISTOGRAM [{"buckets":{"1":"1","+Inf":"5"}}]
SUMMARY [{"quantiles":{"0.5":"1"}}]
COUNTER [{"value":"1","labels":{"disk":"a"}},{"value":"2","labels":{"disk":"b"}}]
END
cmp seen wanted
