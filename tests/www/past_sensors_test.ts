import { assertEquals } from "@std/assert";
import { pastSensors } from "../../lib/www/past_sensors_io.ts";
import { inFolder } from "../programs/program.ts";

Deno.test("sensors of which there are records are known, with when their newest file was written", () =>
  inFolder(async (folder) => {
    assertEquals(await pastSensors(`${folder}/missing`), new Map());
    for (const client of ["a", "b", "%collector"]) await Deno.mkdir(`${folder}/${client}`);
    for (const [path, seconds] of [["a/TCP", 2e9], ["a/UDP", 3e9], ["b/TCP", 4e9]] as const) {
      await Deno.writeTextFile(`${folder}/${path}.ncap.gz`, "");
      await Deno.utime(`${folder}/${path}.ncap.gz`, seconds, seconds);
    }
    await Deno.symlink(`${folder}/gone`, `${folder}/a/SCTP.ncap.gz`);
    assertEquals(await pastSensors(folder), new Map([["a", 3e9], ["b", 4e9]]));
  }));
