/** A collector as a real process with the flags of its task, with a page, for those who look at that. */
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { linesOf } from "../lines_of.ts";

const ROOT = `${import.meta.dirname}/../../`;

export interface Watched extends AsyncDisposable {
  readonly pid: number;
  readonly publicKey: Uint8Array;
  /** Where it takes datagrams; sessions are at the next port. */
  readonly address: string;
  readonly pagePort: number;
  readonly token: string;
}

/** Starts one that stores below a folder. */
export async function startWatched(folder: string): Promise<Watched> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const [, ...flags] = tasks.collector.split(" ").slice(0, -1);
  const { publicKey, privateKey } = newKeyPair();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...[...flags, "--quiet", `--config=${ROOT}deno.json`, `${ROOT}collector.ts`],
      ...["-privkey", encodeHex(privateKey), "-addr", "127.0.0.1:0", "-www", "0"],
      ...["-out", "records"],
    ],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let pagePort = 0;
  let address = "";
  const lines = linesOf(child.stdout);
  while (address === "") {
    const { value = "", done } = await lines.next();
    if (done) throw new Error("the collector has ended");
    pagePort = Number(/page on http:\/\/[^/]*:(\d+)\//.exec(value)?.[1] ?? pagePort);
    address = /listening on (\S+)$/.exec(value)?.[1] ?? "";
  }
  const rest = (async () => {
    for await (const _ of lines); // what it says has to be read, or it waits
  })();
  const token = (await Deno.readTextFile(`${folder}/records/.www-token`)).trim();
  return {
    ...{ pid: child.pid, publicKey, address, pagePort, token },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.status;
      await rest;
    },
  };
}
