import { assert, assertEquals, assertMatch } from "@std/assert";
import { runtimeVersion, softwareBill } from "../../../tools/packages/software_bill.ts";

interface Lock {
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
  readonly specifiers: Readonly<Record<string, string>>;
}
const lock: Lock = JSON.parse(
  await Deno.readTextFile(new URL("../../../deno.lock", import.meta.url)),
);

Deno.test("the bill names the runtime and every package of deno.lock, with its digest and license", async () => {
  const bill = JSON.parse(await softwareBill("2.9.5"));
  assertEquals([bill.bomFormat, bill.specVersion, bill.version], ["CycloneDX", "1.6", 1]);
  const found = new Map<
    string,
    { hashes?: { alg: string; content: string }[]; licenses: unknown[] }
  >(
    bill.components.map((each: { name: string; version: string }) => [
      `${each.name}@${each.version}`,
      each,
    ]),
  );
  assertEquals([...found.keys()].sort(), [...Object.keys(lock.npm), "deno@2.9.5"].sort());
  for (const [key, { integrity }] of Object.entries(lock.npm)) {
    const { hashes, licenses } = found.get(key)!;
    assertEquals(hashes![0]!.alg, "SHA-512");
    const base64 = btoa(
      hashes![0]!.content.replaceAll(/../g, (hex) => String.fromCharCode(parseInt(hex, 16))),
    );
    assertEquals(`sha512-${base64}`, integrity);
    assert(licenses.length > 0);
  }
});

Deno.test("what the bill refers to is in it, under package URLs", async () => {
  const bill = JSON.parse(await softwareBill("2.9.5"));
  const refs: string[] = bill.components.map((each: { "bom-ref": string }) => each["bom-ref"]);
  assertEquals(bill.dependencies, [{ ref: bill.metadata.component["bom-ref"], dependsOn: refs }]);
  // The purl specification: the scope of npm is percent-encoded.
  assert(
    refs.includes("pkg:npm/%40bufbuild/protobuf@" + lock.specifiers["npm:@bufbuild/protobuf@2"]),
  );
  for (const ref of refs) assertMatch(ref, /^pkg:(npm|github)\/[^@]+@[^@]+$/);
});

Deno.test("the version of an executable's runtime is found in it", async () => {
  assertEquals(runtimeVersion(await Deno.readFile(Deno.execPath())), Deno.version.deno);
  assertEquals(runtimeVersion(new TextEncoder().encode("Deno/x Deno/1.2")), undefined);
});
