/** What the original made of captures. */
import { fileURLToPath } from "node:url";
import { SHARED } from "../../shared.ts";

const ORIGINAL = new URL("captures/original/", SHARED);

/** The capture that each of the original's record files was made from, by its type. */
const CAPTURES = { DNS: "dnssec", Ethernet: "vrrp", IPv4: "geneve", TCP: "geneve", UDP: "eapon1" };

/** The original's record files and the lines that its own `net dump -json` prints for them. */
export function originalFiles(): { type: string; path: string; lines: string[] }[] {
  return Object.entries(CAPTURES).map(([type, capture]) => ({
    type,
    path: fileURLToPath(new URL(`files/${type}.ncap.gz`, ORIGINAL)),
    lines: jsonLines(capture, `${type}.jsonl`),
  }));
}

/** All JSON lines that the original printed, by the name of their file without extension. */
export function originalLines(): { capture: string; type: string; lines: string[] }[] {
  return [...Deno.readDirSync(ORIGINAL)]
    .filter(({ isDirectory, name }) => isDirectory && name !== "files")
    .flatMap(({ name: capture }) =>
      [...Deno.readDirSync(new URL(`${capture}/`, ORIGINAL))].map(({ name }) => ({
        capture,
        type: name.replace(/\.jsonl$/, ""),
        lines: jsonLines(capture, name),
      }))
    );
}

function jsonLines(capture: string, name: string): string[] {
  return Deno.readTextFileSync(new URL(`${capture}/${name}`, ORIGINAL)).trimEnd().split("\n");
}
