import { assert, assertEquals } from "@std/assert";
import {
  CaptureError,
  ConfigError,
  FarcapError,
  KeyFileError,
  StoreError,
} from "../../lib/base/errors.ts";

Deno.test("every error has its class's name, its code, its one line and its cause", () => {
  const cause = new Error("the system's reason");
  const errors = [
    [new FarcapError("any", "Cannot do it", { cause }), "FarcapError", "any"],
    [new CaptureError("broken", "Cannot do it", { cause }), "CaptureError", "broken"],
    [new KeyFileError("exists", "Cannot do it", { cause }), "KeyFileError", "exists"],
    [new ConfigError("address", "Cannot do it", { cause }), "ConfigError", "address"],
    [new StoreError("locked", "Cannot do it", { cause }), "StoreError", "locked"],
  ] as const;
  for (const [error, name, code] of errors) {
    assert(error instanceof FarcapError && error instanceof Error);
    assertEquals([error.name, error.constructor.name, error.code], [name, name, code]);
    assertEquals([error.message, error.cause], ["Cannot do it", cause]);
    assertEquals(String(error), `${name}: Cannot do it`);
  }
});
