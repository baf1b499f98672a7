import { assertEquals } from "@std/assert";
import { BASH, needs } from "../needs.ts";
import { PAGE_FILES } from "../../lib/www/page_files.ts";

/** `shellWord` of the page's script, without what it imports from there. */
async function shellWord(): Promise<(text: string) => string> {
  const { text } = PAGE_FILES.get("/commands.js")!;
  const alone = text.replace(/^import .*$/m, "const h = () => {};");
  const module = await import(`data:text/javascript,${encodeURIComponent(alone)}`);
  return module.shellWord;
}

Deno.test(
  needs("words of a command mean themselves to a shell, whatever they hold", BASH),
  async () => {
    const quoted = await shellWord();
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
