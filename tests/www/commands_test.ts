import { assertEquals } from "@std/assert";
import { BASH, needs } from "../needs.ts";
import { folderOfClient, foldersMeant } from "../../lib/write/files/client_name.ts";
import { namesIn } from "../../lib/write/read/record_choice.ts";
import { PAGE_FILES } from "../../lib/www/page_files.ts";

/** What the page's script makes words with, without what it imports from there. */
async function words(): Promise<Record<"clientWord" | "shellWord", (text: string) => string>> {
  const { text } = PAGE_FILES.get("/commands.js")!;
  const alone = text.replace(/^import .*$/m, "const h = () => {};");
  return await import(`data:text/javascript,${encodeURIComponent(alone)}`);
}

Deno.test(
  needs("words of a command mean themselves to a shell, whatever they hold", BASH),
  async () => {
    const { shellWord: quoted } = await words();
    const texts = [
      ...[
        "plain",
        "10.0.0.0/8",
        "",
        "a b",
        "it's",
        '"',
        "$(id)",
        "`id`",
        "a;id",
        "!!",
        "-x",
        "~",
        "*",
      ],
      ...[
        "back\\slash",
        "a\nb",
        "\x1b[201~id\n",
        "\u202eabc",
        "\\'\n",
        "\u{1f600}'",
        "a\x07\x7f",
        "#",
      ],
    ];
    for (const text of texts) {
      const word = quoted(text);
      assertEquals(/[\p{Cc}\p{Cf}]/u.test(word), false, JSON.stringify(text));
      const { stdout } = await new Deno.Command("bash", {
        args: ["-c", `printf %s ${word}`],
        env: { LC_ALL: "C.UTF-8" },
      }).output();
      assertEquals(new TextDecoder().decode(stdout), text, word);
    }
  },
);

Deno.test("a sensor in a command is that one to -client, whatever its name", async () => {
  const { clientWord } = await words();
  assertEquals(clientWord("plant 1"), "plant 1");
  for (
    const name of ["a", "a b", "", " ", " a", "a\n", "a,b", "-a,.", ".,\u20ac\u{1f600}", "%2C,"]
  ) {
    const [word, ...others] = namesIn(clientWord(name)) ?? [];
    assertEquals(others, [], name);
    assertEquals(foldersMeant(word!).includes(folderOfClient(name)), true, name);
  }
});
