import { assertEquals } from "@std/assert";
import { runProgram } from "../programs/program.ts";

/** A flag as a program's usage text has it. */
export interface UsageFlag {
  /** With its dash: `-addr`. */
  readonly name: string;
  /** `HOST:PORT`; empty for a flag that has no value. */
  readonly value: string;
  /** Undefined where the text has none. */
  readonly default?: string;
}

/** The flags that a program lists when it is asked for help. */
export async function flagsOf(program: "sensor.ts" | "collector.ts"): Promise<UsageFlag[]> {
  const { code, stdout } = await runProgram(program, ["-help"]);
  assertEquals(code, 0);
  return stdout.slice(stdout.indexOf("Flags:"))
    .split(/^(?= {2}-)/m)
    .slice(1)
    .map((text) => {
      const entry = text.trim().replaceAll(/\n\s*/g, " ");
      const [, name, value] = /^(-[\w-]+)(?: ([A-Z][A-Z:|]*))?(?:\s|$)/.exec(entry)!;
      const [, found] = /\(default (.+)\)$/.exec(entry) ?? [];
      return { name: name!, value: value ?? "", ...(found !== undefined && { default: found }) };
    });
}
