import { assertEquals } from "@std/assert";
import { dhcpv4 } from "../../lib/decode/application/dhcpv4.ts";
import { ipv6Fragment } from "../../lib/decode/network/ipv6_fragment.ts";
import { loopback } from "../../lib/decode/link/loopback.ts";
import { ospfv3 } from "../../lib/decode/routing/ospfv3.ts";
import { hasSharedCaptures } from "./captured_frames.ts";
import type { Growth } from "./measure_allocation.ts";

/** Large enough for all that the child allocates, so that nothing is collected. */
const YOUNG_GENERATION_MIB = 256;

/** Linux has no null/loopback link type that we could record; our frames of the others are large. */
const ONLY_SHARED = [ipv6Fragment, ospfv3, dhcpv4, loopback].map(({ name }) => name);

Deno.test("decoding allocates nothing: less than one byte a packet, and a record of each decoder", async () => {
  const flags = [
    "--trace-gc",
    `--min-semi-space-size=${YOUNG_GENERATION_MIB}`,
    `--max-semi-space-size=${YOUNG_GENERATION_MIB}`,
  ];
  const script = new URL("measure_allocation.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", `--v8-flags=${flags.join()}`, script.href],
  });
  const { code, stdout, stderr } = await child.output();
  const errors = new TextDecoder().decode(stderr);
  assertEquals(code, 0, errors);
  assertEquals(new TextDecoder().decode(stdout), "", "something was collected");
  const { perRecord, unmeasured, ...perPacket }: Growth = JSON.parse(
    errors.trim().split("\n").at(-1)!,
  );
  const tooMuch = Object.entries({ ...perPacket, ...perRecord }).filter(([, bytes]) => bytes >= 1);
  assertEquals(tooMuch, []);
  assertEquals(unmeasured, hasSharedCaptures() ? [] : ONLY_SHARED);
});
