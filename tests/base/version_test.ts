import { assertEquals } from "@std/assert";
import { VERSION } from "../../lib/base/version.ts";
import config from "../../deno.json" with { type: "json" };

Deno.test("the version is the one in deno.json", () => {
  assertEquals(VERSION, `v${config.version}`);
});
