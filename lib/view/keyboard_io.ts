import { atAnyEnd } from "../base/program/at_any_end_io.ts";

/**
 * The keys of the terminal, also where standard input is something else; Ctrl-C still ends the program.
 * Undefined where there is no terminal, or it may not be read.
 *
 * @param onText Told what keys send.
 */
export function openKeyboard(onText: (text: string) => void): Disposable | undefined {
  const terminal = openTerminal();
  if (!terminal) return undefined;
  let isOpen = true;
  const listen = async () => {
    const bytes = new Uint8Array(64);
    const decoder = new TextDecoder();
    while (isOpen) {
      const count = await terminal.read(bytes);
      if (count === null) return;
      if (isOpen) onText(decoder.decode(bytes.subarray(0, count), { stream: true }));
    }
  };
  terminal.setRaw(true, { cbreak: true });
  const restore = () => terminal.setRaw(false);
  const forget = atAnyEnd(restore);
  listen().catch(() => {}); // the terminal is gone
  return {
    [Symbol.dispose]() {
      isOpen = false;
      forget();
      restore();
    },
  };
}

/** Opened to be read only, which needs no more than the permission to read. */
function openTerminal(): Deno.FsFile | typeof Deno.stdin | undefined {
  const path = "/dev/tty";
  try {
    const { state } = Deno.permissions.querySync({ name: "read", path });
    if (state === "granted") return Deno.openSync(path, { read: true });
  } catch {
    // Windows has none, and a process without a terminal neither
  }
  return Deno.stdin.isTerminal() ? Deno.stdin : undefined;
}
