import { assertEquals } from "@std/assert";
import { runProgram } from "../programs/program.ts";

/** A flag as a program's usage text has it. */
export interface UsageFlag {
  /** With its dash: `-addr`. */
  readonly name: string;
  /** `HOST:PORT`; empty for a flag that has no value. */
  readonly value: string;
  /** What is said of it, on one line. */
  readonly help: string;
}

/** The programs, one of which is five. */
export const PROGRAMS = [
  ...["sensor.ts", "collector.ts", "collector.ts -dump", "collector.ts -ledger"] as const,
  ...["collector.ts -devices", "collector.ts -export"] as const,
] as const;

/** The flags that a program lists when it is asked for help. */
export async function flagsOf(program: typeof PROGRAMS[number]): Promise<UsageFlag[]> {
  const [source, ...args] = program.split(" ");
  const { code, stdout } = await runProgram(source!, [...args, "-help"]);
  assertEquals(code, 0);
  return stdout.split(/^(?= {2}-)|\n\n/m)
    .filter((part) => part.startsWith("  -"))
    .map((part) => {
      const [, name, value = "", help] = /^ {2}(-[\w-]+)(?: (\S+))?\s+(.*)$/s.exec(part)!;
      return { name: name!, value, help: help!.trim().replaceAll(/\s+/g, " ") };
    });
}
