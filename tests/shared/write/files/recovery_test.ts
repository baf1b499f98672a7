import { assertEquals, assertStringIncludes } from "@std/assert";
import { concat } from "../../../../lib/base/bytes/bytes.ts";
import { inFolder } from "../../../write/files/in_folder.ts";
import { appendTo, MEMBERS, NEXT } from "../../../write/files/recovered_file.ts";
import { SHARED } from "../../shared.ts";

Deno.test("the original's own file is moved aside whole and a new one begun", () =>
  inFolder(async (folder) => {
    const original = await Deno.readFile(new URL("captures/original/files/DNS.ncap.gz", SHARED));
    const { file, after, aside, setAside } = await appendTo(folder, original);
    assertEquals(file.isNew, true);
    assertEquals(after, concat([MEMBERS[0]!, NEXT]));
    assertEquals(aside, original);
    assertStringIncludes(setAside!.why, "another program");
  }));
