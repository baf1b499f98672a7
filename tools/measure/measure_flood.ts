/**
 * deno task measure-flood [CONNECTIONS]
 *
 * A capture of as many connections that one SYN each begins, from addresses that are made up, read by a
 * sensor with and without conversations, then by softflowd and argus: seconds, processor time, peak
 * memory. All of it in a network namespace. Linux, as root.
 */
import { endedSeconds } from "./ended_seconds.ts";
import { linesOf } from "../lines_of.ts";
import { listeningAddress } from "../listening_address.ts";
import { run, startCommand, startProgram, watchPeak } from "./measured_programs.ts";

const PACKETS_PER_SECOND = 200_000;
const CHUNK_PACKETS = 4_096;
/** Ethernet, IPv4, TCP, padded, behind a header of pcap. */
const FRAME_BYTES = 60;
const RECORD_BYTES = 16 + FRAME_BYTES;

const count = Number(Deno.args[0] ?? 5_000_000);
const folder = await Deno.makeTempDir({ prefix: "farcap-measure-" });
const namespace = `farcap-${crypto.randomUUID().slice(0, 8)}`;
/** Starts a program of ours in the folder and the namespace. */
const start = (program: "sensor" | "collector", args: readonly string[]) =>
  startProgram(program, args, { cwd: folder, namespace });
try {
  await run("ip", "netns", "add", namespace);
  await run("ip", "-n", namespace, "link", "set", "lo", "up");
  const capture = `${folder}/flood.pcap`;
  await writeFlood(capture);
  await start("collector", ["-gen-keypair"]).status;
  for (const flags of [["-conversations=false"], [], ["-records", "flows"]]) {
    console.log(await measureSensor(capture, flags));
  }
  console.log(await measurePeer("softflowd", "-r", capture, "-n", "127.0.0.1:9", "-d"));
  console.log(await measurePeer("argus", "-r", capture, "-w", `${folder}/argus.out`));
} finally {
  await run("ip", "netns", "delete", namespace);
  await Deno.remove(folder, { recursive: true });
}

async function writeFlood(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const header = new DataView(new ArrayBuffer(24));
  header.setUint32(0, 0xa1b2c3d4);
  header.setUint32(4, 0x00020004);
  header.setUint32(16, 65_535);
  header.setUint32(20, 1);
  await write(file, new Uint8Array(header.buffer));
  const chunk = new Uint8Array(CHUNK_PACKETS * RECORD_BYTES);
  const view = new DataView(chunk.buffer);
  for (let first = 0; first < count; first += CHUNK_PACKETS) {
    const packets = Math.min(CHUNK_PACKETS, count - first);
    for (let i = 0; i < packets; i++) putSyn(view, i * RECORD_BYTES, first + i);
    await write(file, chunk.subarray(0, packets * RECORD_BYTES));
  }
}

/** A SYN from 10.x.x.x, the address and port of which no other has, to 192.0.2.1:80. */
function putSyn(view: DataView, at: number, number: number): void {
  view.setUint32(at, 1_700_000_000 + Math.floor(number / PACKETS_PER_SECOND));
  view.setUint32(at + 4, Math.floor((number % PACKETS_PER_SECOND) * 1e6 / PACKETS_PER_SECOND));
  view.setUint32(at + 8, FRAME_BYTES);
  view.setUint32(at + 12, FRAME_BYTES);
  const ip = at + 16 + 14;
  view.setUint32(at + 16, 0x02000000);
  view.setUint16(at + 20, 2);
  view.setUint32(at + 22, 0x02000000);
  view.setUint16(at + 26, 1);
  view.setUint16(at + 28, 0x0800);
  view.setUint16(ip, 0x4500);
  view.setUint16(ip + 2, 40);
  view.setUint16(ip + 4, number & 0xffff);
  view.setUint16(ip + 8, 0x4006);
  view.setUint32(ip + 12, 0x0a000000 | (number & 0xffffff));
  view.setUint32(ip + 16, 0xc0000201);
  view.setUint16(ip + 20, 1024 + number % 50_000);
  view.setUint16(ip + 22, 80);
  view.setUint32(ip + 24, Math.imul(number, 0x9e3779b1));
  view.setUint16(ip + 32, 0x5002);
  view.setUint16(ip + 34, 64_240);
}

async function measureSensor(capture: string, flags: string[]): Promise<string> {
  const collector = start("collector", [
    ...["-privkey", "priv.key", "-addr", "127.0.0.1:0", "-out", "records"],
  ]);
  const lines = linesOf(collector.stdout);
  const address = await listeningAddress(lines);
  const before = await endedSeconds();
  const beganMs = performance.now();
  const sensor = start("sensor", [
    ...["-pubkey", "pub.key", "-addr", address, "-client", "m", "-read", capture],
    ...["-follow-memory", "32MiB", ...flags],
  ]);
  const peak = watchPeak(sensor);
  let said = "";
  for await (const line of linesOf(sensor.stdout)) {
    if (/^(conversations=|Connection:)/.test(line)) said += `; ${line}`;
  }
  await sensor.status;
  const what = `sensor ${flags.join(" ")}`;
  const figures = await figuresOf(what, beganMs, before, await peak);
  collector.kill("SIGTERM");
  for await (const _ of lines);
  await collector.status;
  await Deno.remove(`${folder}/records`, { recursive: true });
  return figures + said;
}

async function measurePeer(program: string, ...args: string[]): Promise<string> {
  const before = await endedSeconds();
  const beganMs = performance.now();
  const child = startCommand([program, ...args], { cwd: folder, namespace });
  const peak = watchPeak(child);
  for await (const _ of linesOf(child.stdout));
  const { success } = await child.status;
  if (!success) return `${program} failed`;
  return await figuresOf(program, beganMs, before, await peak);
}

async function figuresOf(what: string, beganMs: number, before: number, peak: number) {
  const seconds = (performance.now() - beganMs) / 1000;
  const processors = await endedSeconds() - before;
  return `${what}: ${Math.round(count / seconds)} connections/s in ${seconds.toFixed(1)} s, ` +
    `processors ${processors.toFixed(1)} s, peak memory ${peak} MiB`;
}

async function write(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
