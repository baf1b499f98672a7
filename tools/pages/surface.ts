/**
 * Lists in `docs/surface.txt` what others can import: nothing comes or goes unnoticed.
 *
 *     deno run -A tools/pages/surface.ts             writes it if it has changed
 *     deno run -A tools/pages/surface.ts --check     writes nothing, exits with 1 when it would change
 */
import { writeMadeFile } from "../made_file.ts";

const ROOT = new URL("../..", import.meta.url);
const ENTRIES = ["mod.ts", "mod/capture.ts", "mod/decode.ts", "mod/records.ts", "mod/transport.ts"];

/** What `deno doc` says of a name. */
interface Symbol {
  readonly name: string;
  readonly declarations: readonly { readonly kind: string }[];
}

/** A line for each name that a module exports, with what it is. */
async function linesOf(module: string): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", module],
    cwd: ROOT,
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  const { symbols } = JSON.parse(text.decode(stdout)).nodes[new URL(module, ROOT).href];
  return (symbols as Symbol[]).flatMap(({ name, declarations }) =>
    declarations.map(({ kind }) => `${module} ${kind} ${name}`)
  ).sort();
}

const lines = (await Promise.all(ENTRIES.map(linesOf))).flat();
writeMadeFile("docs/surface.txt", `${lines.join("\n")}\n`, "mod.ts and mod/ say", "docs");
