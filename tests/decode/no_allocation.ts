import { assertEquals } from "@std/assert";
import type { Decoder } from "../../lib/decode/decoder.ts";
import type { Capture } from "./captured_frames.ts";
import type { Growth } from "./measure_allocation.ts";

/** Large enough for all that the child allocates, so that nothing is collected. */
const YOUNG_GENERATION_MIB = 256;

/** Tests these captures, which have no small frame of the `unmeasured` decoders. */
export function testNoAllocation(
  captures: readonly Capture[],
  unmeasured: readonly Decoder[] = [],
): void {
  Deno.test("decoding allocates nothing: less than one byte a packet, and a record of each decoder", async () => {
    const flags = [
      "--trace-gc",
      `--min-semi-space-size=${YOUNG_GENERATION_MIB}`,
      `--max-semi-space-size=${YOUNG_GENERATION_MIB}`,
    ];
    const script = new URL("measure_allocation.ts", import.meta.url);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-read",
        `--v8-flags=${flags.join()}`,
        script.href,
        ...captures.map(({ url }) => url.href),
      ],
    });
    const { code, stdout, stderr } = await child.output();
    const errors = new TextDecoder().decode(stderr);
    assertEquals(code, 0, errors);
    assertEquals(new TextDecoder().decode(stdout), "", "something was collected");
    const { perRecord, unmeasured: found, ...perPacket }: Growth = JSON.parse(
      errors.trim().split("\n").at(-1)!,
    );
    const tooMuch = Object.entries({ ...perPacket, ...perRecord }).filter(([, bytes]) =>
      bytes >= 1
    );
    assertEquals(tooMuch, []);
    assertEquals(found, unmeasured.map(({ name }) => name));
  });
}
