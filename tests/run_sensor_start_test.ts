/** What a sensor says, and does, when it cannot reach its collector, or not as it wants. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { encodeHex } from "../lib/base/bytes/bytes.ts";
import { ConfigError, SendError } from "../lib/base/errors.ts";
import { type CollectorOptions, runCollector } from "../lib/run_collector_io.ts";
import { runSensor } from "../lib/run_sensor_io.ts";
import type { SensorOptions } from "../lib/transport/sensor_options_io.ts";
import { type KeyPair, keyPairOf } from "../lib/seal/key.ts";
import type { Address } from "../lib/transport/address.ts";
import { inFolder } from "./programs/program.ts";
import { Said } from "./said.ts";
import { Peer } from "./transport/loopback.ts";
import { until } from "./until.ts";

const CAPTURE = "tests/captures/arp.pcap";
const COLLECTOR = keyPairOf(new Uint8Array(32).fill(1));
const SENSOR = keyPairOf(new Uint8Array(32).fill(2));
const SENSOR_KEY = encodeHex(SENSOR.publicKey);

/** A collector on loopback for as long as `use` takes. */
async function withCollector(
  options: Partial<CollectorOptions>,
  use: (address: Address, log: Said) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const stop = new AbortController();
    const listening = Promise.withResolvers<Address>();
    const log = new Said();
    const collecting = runCollector({
      address: { hostname: "127.0.0.1", port: 0 },
      privateKey: COLLECTOR.privateKey,
      out: `${folder}/records`,
      onListening: listening.resolve,
      log,
      ...options,
    }, stop.signal);
    try {
      await use(await listening.promise, log);
    } finally {
      stop.abort();
      await collecting;
    }
  });
}

function optionsFor(
  collector: Address,
  log: Said,
  options: Partial<SensorOptions> & { readonly keys?: KeyPair } = {},
): SensorOptions {
  return {
    collector,
    collectorKey: COLLECTOR.publicKey,
    clientId: "vm",
    sources: [CAPTURE],
    log,
    ...options,
  };
}

const problemsOf = ({ problems }: Said) => problems.map(([, text]) => text);

/** The problem with this in its line, once it has been said. */
async function problemWith(log: Said, part: string): Promise<string> {
  const find = () => problemsOf(log).find((text) => text.includes(part));
  await until(`a line with ${part}`, () => find() !== undefined);
  return find()!;
}

/** As node:dns says it. */
const UNKNOWN = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });

for (const transport of ["session", "box"] as const) {
  Deno.test(`a collector's name that has no address at the start is an outage (${transport})`, () =>
    withCollector({}, async ({ port }) => {
      const log = new Said();
      let lookUps = 0;
      const resolve = (): Promise<[string]> =>
        ++lookUps <= 3 ? Promise.reject(UNKNOWN) : Promise.resolve(["127.0.0.1"]);
      const collector = { hostname: "moved.invalid", port };
      const report = await runSensor(optionsFor(collector, log, { resolve, transport }));
      assertEquals(report.problems, []);
      assertEquals(report.error, undefined);
      assert(lookUps > 3, `${lookUps}`);
      assertStringIncludes(problemsOf(log)[0]!, "has no address; trying again");
    }));

  Deno.test(`with failFast records reach a collector that is there (${transport})`, () =>
    withCollector({}, async (address) => {
      const options = optionsFor(address, new Said(), { failFast: true, transport });
      assertEquals((await runSensor(options)).error, undefined);
    }));

  Deno.test(`with failFast a name without an address is an error (${transport})`, async () => {
    const log = new Said();
    const error = await assertRejects(
      () =>
        runSensor(
          optionsFor({ hostname: "moved.invalid", port: 9 }, log, {
            resolve: () => Promise.reject(UNKNOWN),
            failFast: true,
            transport,
          }),
        ),
      SendError,
      "has no address",
    );
    assertEquals([error.code, log.problems], ["not-connected", []]);
  });
}

Deno.test("a name that Deno does not permit to look up is an error at once", async () => {
  const resolve = () => Promise.reject(Object.assign(new Error("EPERM"), { code: "EPERM" }));
  const collector = { hostname: "moved.invalid", port: 9 };
  await assertRejects(
    () => runSensor(optionsFor(collector, new Said(), { resolve })),
    ConfigError,
    "--allow-net with moved.invalid",
  );
});

Deno.test("nobody at the port of sessions: the line says which port, and whose it is", async () => {
  using silent = new Peer();
  const { port } = silent.address;
  const error = await assertRejects(
    () =>
      runSensor(
        optionsFor({ hostname: "127.0.0.1", port: port - 1 }, new Said(), { failFast: true }),
      ),
    SendError,
  );
  assertStringIncludes(error.message, `Not connected to the collector 127.0.0.1:${port}: `);
  assertStringIncludes(error.message, "it does not answer");
  assertStringIncludes(
    error.message,
    `UDP port ${port} open to it, which is the port after that of -addr`,
  );
});

Deno.test("another key than the collector's: both ends say what to compare", () =>
  withCollector({}, async (address, collectorLog) => {
    const { publicKey } = keyPairOf(new Uint8Array(32).fill(3));
    const error = await assertRejects(
      () =>
        runSensor(
          optionsFor(address, new Said(), { collectorKey: publicKey, failFast: true }),
        ),
      SendError,
    );
    assertStringIncludes(
      error.message,
      "-pubkey is not its public key, which it says at its start",
    );
    const line = await problemWith(collectorLog, "Refused a connection");
    assertStringIncludes(line, "its -pubkey is not a public key of ours");
  }));

Deno.test("an unknown key: both ends have the line that lets it send, and with it, it sends", () =>
  inFolder(async (folder) => {
    const sensors = `${folder}/sensors`;
    await Deno.writeTextFile(sensors, `${"0a".repeat(32)} other\n`);
    const wanted = `${SENSOR_KEY} vm`;
    let reload = () => {};
    const options = { sensors, onReload: (reloading: () => void) => reload = reloading };
    await withCollector(options, async (address, collectorLog) => {
      const log = new Said();
      const sending = runSensor(optionsFor(address, log, { keys: SENSOR }));
      assertStringIncludes(
        await problemWith(log, wanted),
        `the key of this sensor is not one that may send; wanted: a token of its collector's -enroll, or in its file of -sensors: ${wanted}`,
      );
      assertStringIncludes(await problemWith(collectorLog, wanted), "Refused a connection");
      await Deno.writeTextFile(sensors, `${wanted}\n`);
      reload();
      const { error, clientId } = await sending;
      assertEquals([error, clientId], [undefined, "vm"]);
    });
  }));

Deno.test("a sensor that the collector calls otherwise says so, one that is called as it wants does not", () =>
  inFolder(async (folder) => {
    const sensors = `${folder}/sensors`;
    await Deno.writeTextFile(sensors, `${SENSOR_KEY} plant-7\n`);
    await withCollector({ sensors }, async (address) => {
      for (const clientId of ["vm", "plant-7"]) {
        const log = new Said();
        const report = await runSensor(optionsFor(address, log, { keys: SENSOR, clientId }));
        assertEquals(report.clientId, "plant-7");
        const line = log.lines.find((text) => text.startsWith("connected to"));
        assertEquals(
          line,
          `connected to 127.0.0.1:${address.port + 1} as plant-7` +
            (clientId === "vm" ? ", its name there, and not as vm" : ""),
        );
      }
    });
  }));
