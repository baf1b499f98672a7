import { Buffer } from "node:buffer";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { VERSION } from "../../lib/base/version.ts";

const LOCK = new URL("../../deno.lock", import.meta.url);
/** SPDX identifiers, as the packages' own `package.json` has them. */
export const LICENSES: Readonly<Record<string, string>> = {
  "@bufbuild/protobuf": "Apache-2.0 AND BSD-3-Clause",
  "axe-core": "MPL-2.0",
  "@nats-io/jetstream": "Apache-2.0",
  "@nats-io/nats-core": "Apache-2.0",
  "@nats-io/nkeys": "Apache-2.0",
  "@nats-io/nuid": "Apache-2.0",
  "@nats-io/transport-node": "Apache-2.0",
  "hyparquet": "MIT",
  "hyparquet-writer": "MIT",
  "oui-data": "BSD-2-Clause",
  "playwright-core": "Apache-2.0",
  "tweetnacl": "Unlicense",
};
/** What only tests use, and is in no executable. */
const OF_TESTS = ["axe-core", "playwright-core"];

interface Lock {
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/**
 * What executables are made of, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): what deno.lock
 * says, and the runtime in front of them.
 *
 * @param deno Version of that runtime.
 */
export async function softwareBill(deno: string): Promise<string> {
  const { npm }: Lock = JSON.parse(await Deno.readTextFile(LOCK));
  const packages = Object.entries(npm).map(([key, { integrity }]) => npmComponent(key, integrity));
  const version = VERSION.slice(1);
  const application = {
    type: "application",
    "bom-ref": `farcap@${version}`,
    name: "farcap",
    version,
    licenses: [{ license: { id: "Apache-2.0" } }],
  };
  const runtime = {
    type: "platform",
    "bom-ref": `pkg:github/denoland/deno@v${deno}`,
    name: "deno",
    version: deno,
    description: "The runtime in front of each executable",
    licenses: [{ license: { id: "MIT" } }],
    purl: `pkg:github/denoland/deno@v${deno}`,
  };
  const components = [...packages, runtime];
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: application },
    components,
    dependencies: [
      { ref: application["bom-ref"], dependsOn: components.map((each) => each["bom-ref"]) },
    ],
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

/** The version of Deno whose runtime an executable has in front; undefined when it has none. */
export function runtimeVersion(executable: Uint8Array<ArrayBuffer>): string | undefined {
  const bytes = Buffer.from(executable.buffer);
  for (let at = bytes.indexOf(AGENT); at >= 0; at = bytes.indexOf(AGENT, at + 1)) {
    // How it calls itself when it fetches something.
    const [, version] =
      /^Deno\/(\d+\.\d+\.\d+)\+[0-9a-f]{7}/.exec(bytes.toString("latin1", at, at + 30)) ?? [];
    if (version !== undefined) return version;
  }
  return undefined;
}

const AGENT = "Deno/";

/** @param key `@bufbuild/protobuf@2.17.0`. @param integrity `sha512-` and base64. */
function npmComponent(key: string, integrity: string) {
  const [name, version] = [key.slice(0, key.lastIndexOf("@")), key.slice(key.lastIndexOf("@") + 1)];
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const license = LICENSES[name];
  const [, digest] = /^sha512-(.+)$/.exec(integrity) ?? [];
  if (license === undefined || digest === undefined) {
    throw new Error(
      `${key} has no license in tools/packages/software_bill.ts, or no SHA-512 in deno.lock`,
    );
  }
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    ...(OF_TESTS.includes(name) && { scope: "excluded" }),
    hashes: [{ alg: "SHA-512", content: encodeHex(Uint8Array.fromBase64(digest)) }],
    licenses: [license.includes(" ") ? { expression: license } : { license: { id: license } }],
    purl,
  };
}
