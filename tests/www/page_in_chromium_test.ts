import { assertEquals } from "@std/assert";
import { BASH, CHROMIUM, CURL, needs } from "../needs.ts";

const ROOT = new URL("../../", import.meta.url);

/** Runs what is in `looks.ts` under that name. */
function look(name: string) {
  return async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "tests/www/looks.ts", name],
      cwd: ROOT,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  };
}

Deno.test(
  needs(
    "in a browser hostile text stays text: names of sensors and hosts, user agents, in every view",
    CHROMIUM,
  ),
  look("hostile"),
);

Deno.test(
  needs(
    "in a browser, by keyboard alone: it is entered, told what changes, and lives on after a restart",
    CHROMIUM,
  ),
  look("live"),
);

Deno.test(
  needs(
    "axe-core finds nothing wrong with any view, dark or light, wide or as on a phone",
    CHROMIUM,
  ),
  look("accessible"),
);

Deno.test(
  needs(
    "the commands that stand under the numbers of the page print the same numbers",
    ...[CHROMIUM, BASH, CURL],
  ),
  look("sameByCommand"),
);

Deno.test(
  needs("with records in streams, views of what is read of files say where to look", CHROMIUM),
  look("elsewhere"),
);

Deno.test(
  needs(
    "in a browser what is looked at stays where it is while all around it changes, and ages are told anew",
    CHROMIUM,
  ),
  look("steady"),
);
