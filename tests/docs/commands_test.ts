/**
 * Every command in the README and docs/*.md does what is said of it: it is run here, or another test runs
 * it, or there is a reason why none does. It takes half a minute, since it starts forty programs.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { inFolder } from "../programs/program.ts";
import { BASH, needs, OPENSSL, SEGMENT, TCPDUMP } from "../needs.ts";
import { commandsOf, readDocument } from "./markdown.ts";
import { runSteps, type Step } from "./sandbox.ts";

const ROOT = new URL("../../", import.meta.url);

/** Commands that stay, by their beginning, and what they say when they are ready. */
const STAYING: Table<RegExp> = [
  ["deno task collector -privkey priv.key -addr 127.0.0.1:4200", / sessions on 127\.0\.0\.1:4201$/],
  ["sudo ", / capturing from eth0$/],
  ["tcpdump", /listening on eth0,/],
  ["deno task sensor -privkey keys/plant-7.key", / capturing from eth0$/],
  ["deno task sensor -pubkey pub.key -iface eth0", / capturing from eth0$/],
  ["systemctl enable --now farcap-collector", / sessions on 127\.0\.0\.1:1436$/],
  ["systemctl enable --now farcap-sensor", / capturing from eth0$/],
];

/** What has to be in what a command says, by its beginning. */
const SAYING: Table<RegExp> = [
  ["deno task gen-keypair", /^wrote pub\.key and priv\.key;/m],
  // tshark -r tests/captures/office.pcap | wc -l
  ["deno task sensor -pubkey pub.key -addr", /^Ethernet: made=657 stored=657 /m],
  ["deno task ledger records", /^ledger: nothing is missing; \d+ records of 1 client are stored$/m],
  ["deno task ledger ten", /^ledger: nothing is missing; \d+0 records of 10 clients are stored$/m],
  ["sed 's/^/Authorization", /^farcap_sensors \d+$/m],
  ["farcap-collector -config /etc/farcap/collector.conf -check", /^the collector can start with/m],
  ["farcap-sensor -config /etc/farcap/sensor.conf -check", /^the sensor can start with/m],
];

/** Commands that another test runs, by their beginning. */
const ELSEWHERE: Table<string> = [
  ["npx --yes deno@2.9.5 task demo", "tests/tools/demo_test.ts"],
  ["collector -enroll", "tests/docs/access_how_to_test.ts"],
  ["sensor -enroll", "tests/docs/access_how_to_test.ts"],
  ["sensor -rotate-identity", "tests/docs/access_how_to_test.ts"],
  ["collector -rotate-key", "tests/docs/access_how_to_test.ts"],
  ["tar ", "tests/docs/access_how_to_test.ts"],
  ["collector -dump -type OperatorAct", "tests/programs/acts_test.ts"],
];

/** Commands that no test runs, by their beginning, and why. */
const NOT_RUN: Table<string> = [
  ["npx --yes deno@2.9.5 task test", "this is one of its tests"],
  [
    "apt install",
    "it would change this machine; tests/tools/packages/package_test.ts unpacks the packages",
  ],
];

/** What is there before the first command of a document. */
const BEFORE: Table<readonly string[]> = [
  ["docs/operations.md", [
    "deno task gen-keypair",
    "deno task collector -privkey priv.key -out others -www 1337 -www-token-file records/.www-token &",
    "mkdir -p /etc/farcap/keys",
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes " +
    "-subj /CN=farcap.example -keyout key.pem -out chain.pem",
    "echo 'privkey /etc/farcap/keys/priv.key' > /etc/farcap/collector.conf",
    "echo 'privkey /etc/farcap/keys/sensor.key' > /etc/farcap/sensor.conf",
    "echo 'pubkey /etc/farcap/keys/collector.pub' >> /etc/farcap/sensor.conf",
  ]],
];

/** What is said of a command, by its beginning. */
type Table<Value> = readonly (readonly [beginning: string, Value])[];

interface Command extends Step {
  readonly document: string;
}

async function documents(): Promise<string[]> {
  const pages = await Array.fromAsync(Deno.readDir(new URL("docs", ROOT)), ({ name }) => name);
  return [
    "README.md",
    ...pages.filter((name) => name.endsWith(".md")).sort().map((name) => `docs/${name}`),
  ];
}

function readyOf(command: string): { ready?: RegExp } {
  const ready = find(STAYING, command);
  return ready && !command.endsWith("&") ? { ready } : {};
}

/** What a table says of a command. */
function find<Value>(table: Table<Value>, command: string): Value | undefined {
  return table.find(([beginning]) => command.startsWith(beginning))?.[1];
}

const COMMANDS: readonly Command[] = (await documents()).flatMap((document) =>
  commandsOf(readDocument(document)).map((command) => ({ document, command, ...readyOf(command) }))
);

for (const document of new Set(COMMANDS.map((command) => command.document))) {
  const steps = COMMANDS.filter((each) =>
    each.document === document && find(ELSEWHERE, each.command) === undefined &&
    find(NOT_RUN, each.command) === undefined
  );
  if (steps.length === 0) continue;
  const before = (find(BEFORE, document) ?? []).map((command) => ({ command }));
  Deno.test({
    ...needs(
      `the commands of ${document} do what is said of them`,
      BASH,
      OPENSSL,
      TCPDUMP,
      ...SEGMENT,
    ),
    fn: () =>
      inFolder(async (folder) => {
        const { code, said, stderr } = await runSteps(folder, [...before, ...steps]);
        const of = (n: number) => said[before.length + n]!;
        const all = steps.map(({ command }, n) => `$ ${command}\n${of(n)}`).join("\n");
        assertEquals(code, 0, `${all}\n${stderr}`);
        steps.forEach(({ command }, n) => {
          const pattern = find(SAYING, command);
          if (pattern) assertMatch(of(n), pattern, command);
        });
      }),
  });
}

Deno.test("each entry of the tables is of a command that there is, and each test that is named", async () => {
  for (const [beginning] of [...STAYING, ...SAYING, ...ELSEWHERE, ...NOT_RUN]) {
    assert(COMMANDS.some(({ command }) => command.startsWith(beginning)), beginning);
  }
  for (const [, path] of ELSEWHERE) assert((await Deno.stat(new URL(path, ROOT))).isFile, path);
});
