import { assertEquals } from "@std/assert";
import { DENO_FILES } from "../../../lib/write/files/deno_files_io.ts";
import { inFolder } from "../../programs/program.ts";

Deno.test("a file that is put there while it is looked for is a file; a link to nothing is none", () =>
  inFolder(async (folder) => {
    const path = `${folder}/priv.key.retired`;
    const { stat } = Deno;
    Deno.stat = (wanted) => {
      Deno.stat = stat;
      const answer = stat(wanted); // rejected: there is none yet
      return answer.catch((error) =>
        Deno.writeTextFile(path, "key").then(() => Promise.reject(error))
      );
    };
    try {
      assertEquals((await DENO_FILES.stat(path))?.kind, "file");
    } finally {
      Deno.stat = stat;
    }
    await Deno.remove(path);
    await Deno.symlink(`${folder}/nothing`, path);
    assertEquals((await DENO_FILES.stat(path))?.kind, "link that leads nowhere");
  }));
