import { usageText } from "../../arguments/usage_text.ts";
import { DUMP_PROGRAM_FLAGS } from "./dump_flags.ts";

const SUMMARY =
  "prints the records of files, folders or standard input, merged by time; exit code 0: printed, " +
  "1: something is damaged or cannot be read, 2: wrong usage, 3: nothing fitted";

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["dump records/xyz/TCP.ncap.gz -tail 20 -table", "the last ones of a file"],
  ["dump records -client xyz -type TCP,UDP -from -1h", "of a client's last hour"],
  ["dump records -json -where 'DstPort == 53 and not SrcIP in 10.0.0.0/8'", "for jq"],
  ["dump records -count -by client,type", "what there is"],
  ["dump records -type DNS -count -by SrcIP -limit 10", "who asks most"],
  ["dump records -follow -where 'SrcIP == 192.0.2.1' -table", "as they come"],
  ["ssh collector cat records/xyz/TCP.ncap.gz | dump - -json", "from elsewhere"],
];

/** The usage text of the collector as a dump. */
export function dumpUsage(): string {
  const width = Math.max(...EXAMPLES.map(([args]) => args.length));
  const examples = EXAMPLES.map(([args, what]) => `  ${args.padEnd(width)}  ${what}`);
  const usage = usageText("collector -dump", SUMMARY, DUMP_PROGRAM_FLAGS, { positionals: "PATH…" });
  return `${usage}\nExamples, in which dump is \`deno task dump\` or \`collector -dump\`:\n${
    examples.join("\n")
  }\n`;
}
