/** Asks tshark itself for the fields of a capture's frames. */

/** Between the values of a cell, of which none has it. */
const VALUE_SEPARATOR = "\x1f";

/** What tshark says of one frame: the values of its fields, of those that it has. */
export type Answer = ReadonlyMap<string, readonly string[]>;

/**
 * An answer for each frame up to where the file is broken. Without name resolution, IP
 * defragmentation, TCP desegmentation and relative sequence numbers, as the committed tables.
 */
export async function askTshark(capture: URL, fields: readonly string[]): Promise<Answer[]> {
  const args = ["-r", decodeURIComponent(capture.pathname), "-n", "-T", "fields"];
  args.push("-E", "occurrence=a", "-E", `aggregator=${VALUE_SEPARATOR}`);
  for (const preference of PREFERENCES) args.push("-o", preference);
  for (const field of fields) args.push("-e", field);
  const { stdout, stderr } = await new Deno.Command("tshark", { args }).output();
  const problem = new TextDecoder().decode(stderr);
  if (problem.includes("aren't valid")) throw new Error(problem);
  const lines = new TextDecoder().decode(stdout).split("\n").slice(0, -1);
  return lines.map((line) => readAnswer(fields, line.split("\t")));
}

/** The numbers of the frames that pass a display filter, with the same preferences. */
export async function framesPassing(capture: URL, displayFilter: string): Promise<number[]> {
  const args = ["-r", decodeURIComponent(capture.pathname), "-n", "-Y", displayFilter];
  args.push("-T", "fields", "-e", "frame.number");
  for (const preference of PREFERENCES) args.push("-o", preference);
  const { success, stdout, stderr } = await new Deno.Command("tshark", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n").slice(0, -1).map(Number);
}

const PREFERENCES = [
  "ip.defragment:FALSE",
  "ipv6.defragment:FALSE",
  "tcp.desegment_tcp_streams:FALSE",
  "tcp.relative_sequence_numbers:FALSE",
];

function readAnswer(fields: readonly string[], cells: readonly string[]): Answer {
  const filled = fields.map((field, index) => [field, cells[index] ?? ""] as const)
    .filter(([, cell]) => cell !== "");
  return new Map(filled.map(([field, cell]) => [field, cell.split(VALUE_SEPARATOR)]));
}
