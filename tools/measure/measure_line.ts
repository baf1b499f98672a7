/**
 * deno task measure-line [PACKETS] [RECORDS …]
 *
 * What a sensor with `-records RECORDS` costs on the line: both programs over a mixed capture (made by
 * ../shared/captures/make-mixed), alone in a network namespace whose loopback counts what passes, in both
 * directions, headers of IP included. Linux, as root. Prints bytes, and bytes a packet.
 */
import { fileURLToPath } from "node:url";
import { SHARED } from "../../tests/shared/shared.ts";
import { linesOf } from "../lines_of.ts";
import { listeningAddress } from "../listening_address.ts";
import { run, startProgram } from "./measured_programs.ts";

const MAKE_MIXED = fileURLToPath(new URL("captures/make-mixed", SHARED));
const RECORDS = ["all", "packets", "flows", "Connection", "TCP", "IPv4", "DNS", "Connection,DNS"];

const packets = Number(Deno.args[0] ?? 1_000_000);
const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
const namespace = `farcap-${crypto.randomUUID().slice(0, 8)}`;
/** Starts a program of ours in the folder and the namespace. */
const start = (program: "sensor" | "collector", args: readonly string[]) =>
  startProgram(program, args, { cwd: folder, namespace });
try {
  await run("ip", "netns", "add", namespace);
  await run("ip", "-n", namespace, "link", "set", "lo", "up");
  const capture = `${folder}/mixed.pcap`;
  await run("python3", MAKE_MIXED, capture, "-n", String(packets));
  await start("collector", ["-gen-keypair"]).status;
  for (const records of Deno.args.length > 1 ? Deno.args.slice(1) : RECORDS) {
    const bytes = await measure(capture, records);
    console.log(`${records}: ${bytes} bytes, ${(bytes / packets).toFixed(2)} a packet`);
  }
} finally {
  await run("ip", "netns", "delete", namespace);
  await Deno.remove(folder, { recursive: true });
}

async function measure(capture: string, records: string): Promise<number> {
  const collector = start("collector", [
    ...["-privkey", "priv.key", "-addr", "127.0.0.1:0", "-out", "records"],
  ]);
  const lines = linesOf(collector.stdout);
  const address = await listeningAddress(lines);
  const before = await passedBytes();
  const sensor = start("sensor", [
    ...["-pubkey", "pub.key", "-addr", address, "-client", "m", "-read", capture],
    ...["-records", records],
  ]);
  for await (const _ of linesOf(sensor.stdout));
  const { success } = await sensor.status;
  const bytes = await passedBytes() - before;
  collector.kill("SIGTERM");
  for await (const _ of lines);
  await collector.status;
  await Deno.remove(`${folder}/records`, { recursive: true });
  if (!success) throw new Error(`sensor -records ${records} failed`);
  return bytes;
}

/** What loopback of the namespace has received, which is also what it has sent. */
async function passedBytes(): Promise<number> {
  const { stdout } = await new Deno.Command("ip", {
    args: ["-n", namespace, "-s", "-j", "link", "show", "lo"],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout))[0].stats64.rx.bytes;
}
