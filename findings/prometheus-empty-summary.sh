#!/bin/sh
# Guess: a summary that has observed nothing gives NaN for its quantiles (Prometheus's own client does) or
# leaves them out.
# Found: prom-client 15.1.3 gives 0, a median like any other: a service that has had no request shows a
# perfect latency. Also, one counter has two names there: `packets` in the text format and `packets_total` in
# OpenMetrics, so that a scraper that starts to ask for OpenMetrics sees one series end and another begin;
# Python's client 0.26.0 calls it packets_total in both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip -q install prometheus-client==0.26.0
npm init -y >/dev/null
npm install --silent --no-audit --no-fund prom-client@15.1.3
cat >write.mjs <<'NODE'
import client from "prom-client";
for (const type of [client.Registry.PROMETHEUS_CONTENT_TYPE, client.Registry.OPENMETRICS_CONTENT_TYPE]) {
  const registry = new client.Registry(type);
  new client.Counter({ name: "packets", help: "x", registers: [registry] }).inc();
  new client.Summary({ name: "latency", help: "x", percentiles: [0.5], registers: [registry] });
  console.log((await registry.metrics()).split("\n").filter((line) => /^(packets|latency\{)/.test(line)).join("; "));
}
NODE
node write.mjs | tee seen
venv/bin/python - <<'PYTHON' | tee -a seen
from prometheus_client import CollectorRegistry, Counter, exposition, openmetrics
registry = CollectorRegistry()
Counter("packets", "x", registry=registry).inc()
for text in exposition.generate_latest(registry), openmetrics.exposition.generate_latest(registry):
    print(*(line for line in text.decode().split("\n") if line.startswith("packets_total")))
PYTHON
cat >wanted <<'END'
packets 1; latency{quantile="0.5"} 0
packets_total 1; latency{quantile="0.5"} 0
packets_total 1.0
packets_total 1.0
END
cmp seen wanted
