import { assertEquals } from "@std/assert";
import { checkNoiseVector, type NoiseVector } from "../../seal/check_noise_vector.ts";
import { SHARED } from "../shared.ts";

Deno.test("a handshake and what follows are byte for byte those of the public vectors", async () => {
  const file = await Deno.readTextFile(new URL("vectors/noise-ik.json", SHARED));
  const all: (NoiseVector & { readonly protocol_name: string })[] = JSON.parse(file).vectors;
  const ours = all.filter((it) => it.protocol_name === "Noise_IK_25519_AESGCM_SHA256");
  assertEquals(ours.length, 2);
  for (const vector of ours) await checkNoiseVector(vector);
});
