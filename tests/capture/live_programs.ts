/** Our programs on the hosts of a segment, for tests of live capture. */
import { PRIVATE_KEY, type Program, PUBLIC_KEY, runProgram } from "../programs/program.ts";
import { type Host, replay, run, startOn } from "./namespaces.ts";

export const OFFICE = captureFile("office.pcap");
/** Its first packet has a VLAN tag; behind others that have none, its record says that these were read. */
export const MARKER = captureFile("vlan.pcap");
export const KEY = ["-pubkey", PUBLIC_KEY, "-client", "xyz"];
export const PORT = 4555;

function captureFile(name: string): string {
  return `${import.meta.dirname}/../captures/${name}`;
}

/** Starts a collector at an address of the host. */
export async function startCollector(
  host: Host,
  folder: string,
  address: string,
): Promise<Program> {
  const to = ["-addr", `${address}:${PORT}`, "-out", folder];
  const collector = startOn(host, "collector.ts", ["-privkey", PRIVATE_KEY, ...to]);
  await collector.line(/^listening on /);
  return collector;
}

/** For a sensor that has a collector to send to. */
export const BY_SESSION = ["-transport", "session"];

/**
 * Starts a sensor on the host's end of the segment; captures when this resolves. Unless told otherwise
 * it sends datagrams, for which nobody has to listen.
 */
export async function startSensor(
  host: Host,
  args: readonly string[] = [],
  before: readonly string[] = [],
): Promise<Program> {
  const toLoopback = ["-addr", `127.0.0.1:${PORT}`, "-flush-interval", "100ms", "-verbose"];
  const sensor = startOn(host, "sensor.ts", [
    ...[...KEY, ...toLoopback, "-transport", "box", "-iface", host.iface, ...args],
  ], { before });
  await sensor.line(new RegExp(`^capturing from ${host.iface}$`));
  return sensor;
}

/** Sends the marker and waits until the sensor has sent a record of it. */
export async function sendMarker(near: Host, sensor: Program, nth = 1): Promise<number> {
  const sent = await replay(near, MARKER, "--limit=1");
  await sensor.line(/^got \d+ bytes of type .*NC_Dot1Q\b/, nth);
  return sent;
}

/** What a sensor said at the end. */
export function totalsOf(stdout: string) {
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)![1]);
  const types: Record<string, { made: number; sent: number; dropped: number }> = {};
  const lines = stdout.matchAll(/^(\w+): made=(\d+) (?:sent|stored)=(\d+) dropped=(\d+)/gm);
  for (const [, name, made, sent, dropped] of lines) {
    types[name!] = { made: Number(made), sent: Number(sent), dropped: Number(dropped) };
  }
  return {
    packets: number(/^packets=(\d+) /m),
    captured: number(/^(\d+) packets captured$/m),
    received: number(/^(\d+) packets received by filter$/m),
    droppedByKernel: number(/^(\d+) packets dropped by kernel$/m),
    types,
    made: (name: string) => types[name]?.made ?? 0,
  };
}

/** Packets that the kernel says came in at the host's end of the segment. */
export async function packetsThatCame({ namespace, iface }: Host): Promise<number> {
  const [link] = JSON.parse(await run("ip", "-n", namespace, "-s", "-j", "link", "show", iface));
  return link.stats64.rx.packets;
}

/** Records by type that a capture file gives, whose conversations last as if all packets came at once. */
export async function recordsOf(file: string): Promise<Record<string, number>> {
  const { stdout } = await runProgram("sensor.ts", [
    ...[...KEY, "-addr", `127.0.0.1:${PORT}`, "-transport", "box", "-rate", "0"],
    ...["-read", file, "-conn-timeout", "1d", "-conn-active", "1d"],
  ]);
  return Object.fromEntries(
    [...stdout.matchAll(/^(\w+): made=(\d+)/gm)].map(([, name, made]) => [name, Number(made)]),
  );
}

/** The office's packets that have no VLAN tags. */
export async function untagged(folder: string): Promise<string> {
  const path = `${folder}/untagged.pcap`;
  await run("tcpdump", "-r", OFFICE, "-w", path, "not vlan");
  return path;
}

/** How many packets of a file tcpdump counts. */
export async function countPackets(file: string, filter = ""): Promise<number> {
  const said = await run("tcpdump", "-r", file, "--count", filter);
  return Number(/^(\d+) packets?$/m.exec(said)![1]);
}
