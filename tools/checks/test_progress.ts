import { linesOf } from "../lines_of.ts";

/** A line below what `deno test --parallel` says: how far it is. For terminals. */
export class TestProgress {
  readonly #files: number;
  readonly #seen = new Set<string>();
  #tests = 0;
  #failed = 0;

  /** @param files how many there are. */
  constructor(files: number) {
    this.#files = files;
  }

  /** Prints what the child says, the line always below it, until the child has said all. */
  async follow({ stdout, stderr }: Deno.ChildProcess): Promise<void> {
    await Promise.all([stdout, stderr].map(async (stream) => {
      for await (const line of linesOf(stream)) {
        const progress = this.take(line);
        write(`${CLEAR}${line}\n${progress.slice(0, Deno.consoleSize().columns - 1)}`);
      }
    }));
    write(CLEAR);
  }

  /** Takes a line of the child's; how far it is then. */
  take(line: string): string {
    const [, file, outcome] = RESULT.exec(line.replaceAll(COLOUR, "")) ?? [];
    if (file !== undefined) {
      if (file.endsWith("_test.ts")) this.#seen.add(file);
      this.#tests++;
      if (outcome === "FAILED") this.#failed++;
      this.#last = file;
    }
    const failed = this.#failed > 0 ? `, ${this.#failed} failed` : "";
    return `${this.#seen.size}/${this.#files} files, ${this.#tests} tests${failed}: ${this.#last}`;
  }

  #last = "checking types";
}

/** `./tests/a_test.ts => what it shows ... ok (3ms)` */
const RESULT = /^(?:\.\/)?(\S.*?) => .* \.\.\. (ok|FAILED|ignored) \(/;
// deno-lint-ignore no-control-regex -- ECMA-48's escape sequences begin with one.
const COLOUR = /\x1b\[[0-9;]*m/g;
/** To the beginning of the line, which is emptied. */
const CLEAR = "\r\x1b[K";

function write(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
