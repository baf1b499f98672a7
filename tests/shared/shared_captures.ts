import { type Capture, capturesIn, captureStem } from "../decode/captured_frames.ts";
import { SHARED } from "./shared.ts";

const CAPTURES = new URL("captures/", SHARED);
const FOLDERS = ["", "hostile/", "ja4/"];

/** The shared captures, each named by its path below their folder: `ntp.pcap`, `ja4/tls12.pcap`. */
export function sharedCaptures(): Capture[] {
  return FOLDERS.flatMap((folder) =>
    capturesIn(new URL(folder, CAPTURES)).map(({ name, url }) => ({
      name: folder + name,
      url,
      expected: new URL(`expected/${folder}${expectedName(name)}.tsv.gz`, CAPTURES),
    }))
  );
}

/** Two captures differ in their suffix only. */
function expectedName(name: string): string {
  return captureStem(name) === "empty" ? name : captureStem(name);
}
