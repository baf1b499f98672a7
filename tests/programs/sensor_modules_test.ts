/** What programs load at their start, which takes most of the time of that and much of its memory. */
import { assert, assertEquals } from "@std/assert";

const ROOT = `${import.meta.dirname}/../../`;

interface Dependency {
  /** What is loaded; nothing of an import of types. */
  readonly code?: { readonly specifier: string };
  readonly isDynamic?: boolean;
}

/** All modules that are loaded with one, by what `deno info` says. */
async function loadedWith(source: string): Promise<Set<string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", `--config=${ROOT}deno.json`, ROOT + source],
  }).output();
  const { roots, modules } = JSON.parse(new TextDecoder().decode(stdout));
  const dependencies = new Map<string, readonly Dependency[]>(
    modules.map(({ specifier, dependencies = [] }: {
      specifier: string;
      dependencies?: Dependency[];
    }) => [specifier, dependencies]),
  );
  const loaded = new Set<string>(roots);
  for (const specifier of loaded) {
    for (const { code, isDynamic } of dependencies.get(specifier) ?? []) {
      if (code?.specifier !== undefined && !isDynamic) loaded.add(code.specifier);
    }
  }
  return loaded;
}

for (
  const [source, hasDecoders] of [
    ["sensor.ts", false],
    ["lib/gather/pipeline_worker_io.ts", true],
  ] as const
) {
  const decoders = hasDecoders ? "with" : "without";
  Deno.test(`${source} is loaded ${decoders} decoders, without protobuf-es and tweetnacl`, async () => {
    const loaded = [...await loadedWith(source)];
    assert(loaded.some((specifier) => specifier.endsWith("/lib/base/record/record_types.ts")));
    assertEquals(
      loaded.some((specifier) => specifier.endsWith("/lib/decode/registry.ts")),
      hasDecoders,
    );
    const heavy = loaded.filter((specifier) => /bufbuild|netcap_pb|tweetnacl/.test(specifier));
    assertEquals(
      heavy,
      [],
      "a sensor needs tags only, of proto/netcap_tags.ts, and keys of node:crypto",
    );
  });
}

Deno.test("sensor.ts is loaded without what reads captures, or looks for interfaces", async () => {
  const loaded = [...await loadedWith("sensor.ts")];
  assert(loaded.some((specifier) => specifier.endsWith("/lib/run_sensor_io.ts")));
  const readers = loaded.filter((specifier) =>
    /libpcap|interfaces_io|capture_parser/.test(specifier)
  );
  assertEquals(readers, [], "its worker reads");
});

for (const source of ["sensor.ts", "collector.ts"]) {
  Deno.test(`${source} is loaded without what -metrics needs`, async () => {
    const loaded = [...await loadedWith(source)];
    assert(loaded.some((specifier) => specifier.endsWith("/sensor_metrics.ts")), "the registry is");
    const served = loaded.filter((specifier) =>
      /metrics_server|exposition|run_metrics/.test(specifier)
    );
    assertEquals(served, []);
  });
}

Deno.test("collector.ts is loaded without what -store nats:// needs", async () => {
  const loaded = [...await loadedWith("collector.ts")];
  assert(loaded.some((specifier) => specifier.endsWith("/engine_settings.ts")), "its flags are");
  assertEquals(loaded.filter((specifier) => /nats-io|nats_\w+_io/.test(specifier)), []);
});
