import { assertEquals } from "@std/assert";
import { foldersOfClients } from "../../../lib/write/ledger/client_folders_io.ts";
import { inFolder } from "../../programs/program.ts";

/** `printf '"%0160d"' 0 | sha256sum`: of the id as a JSON string (docs/operations.md, Files). */
const LONG = "0".repeat(160);
const CUT = `${"0".repeat(120)}%-bfef4f5934d82f18`;

Deno.test("a client is meant by its id, and by its folder's name; one that is not there is said", () =>
  inFolder(async (folder) => {
    for (const name of ["alice", "a%2Fb", "%41da", CUT]) await Deno.mkdir(`${folder}/${name}`);
    const ask = async (...clients: string[]) => {
      const said: string[] = [];
      const found = await foldersOfClients([folder], clients, (line) => said.push(line));
      assertEquals(found.every((each) => each.folder.startsWith(`${folder}/`)), true);
      return [found.map(({ client }) => client), said];
    };
    assertEquals(await ask("alice"), [["alice"], []]);
    assertEquals(await ask("a/b"), [["a/b"], []]);
    assertEquals(await ask("a%2Fb"), [["a/b"], []]);
    assertEquals(await ask("Ada"), [["Ada"], []]);
    assertEquals(await ask(LONG), [[CUT], []]);
    assertEquals(await ask(CUT, "a/b"), [[CUT, "a/b"], []]);
    const hint = 'No books of a client "alise": did you mean "alice"?';
    assertEquals(await ask("alise", "a/b"), [["a/b"], [hint]]);
  }));
