/** Two hosts on a segment of their own, for tests that capture from interfaces. */
import { assert } from "@std/assert";
import { Program, type StartOptions } from "../programs/program.ts";

/** A network namespace and its end of the cable. */
export interface Host {
  readonly namespace: string;
  readonly iface: string;
  readonly address: string;
}

/**
 * Runs a test with two namespaces that a veth pair joins, 203.0.113.1 and 203.0.113.2, IPv4 only, so that
 * nothing speaks on it unasked; they go afterwards.
 */
export async function onSegment(test: (near: Host, far: Host) => Promise<void>): Promise<void> {
  const mark = crypto.randomUUID().slice(0, 8);
  const [near, far] = ["1", "2"].map((end) => ({
    namespace: `farcap-${mark}-${end}`,
    iface: `veth${end}`,
    address: `203.0.113.${end}`,
  })) as [Host, Host];
  try {
    for (const { namespace } of [near, far]) {
      await run("ip", "netns", "add", namespace);
      await run("ip", "netns", "exec", namespace, "sh", "-c", WITHOUT_IPV6);
      await run("ip", "-n", namespace, "link", "set", "lo", "up");
    }
    await joinHosts(near, far);
  } catch (error) {
    await removeHosts(near, far);
    throw error;
  }
  try {
    await test(near, far);
  } finally {
    await removeHosts(near, far);
  }
}

const WITHOUT_IPV6 = "cd /proc/sys/net/ipv6/conf || exit 0; " +
  "for iface in all default; do echo 1 > $iface/disable_ipv6; done";

/** Lays the cable, also after an end of it was removed. */
export async function joinHosts(near: Host, far: Host): Promise<void> {
  const end = ({ namespace, iface }: Host) => ["name", iface, "netns", namespace];
  await run("ip", "link", "add", ...end(near), "type", "veth", "peer", ...end(far));
  for (const { namespace, iface, address } of [near, far]) {
    await run("ip", "-n", namespace, "address", "add", `${address}/24`, "dev", iface);
    await run("ip", "-n", namespace, "link", "set", iface, "up");
  }
}

async function removeHosts(...hosts: Host[]): Promise<void> {
  for (const { namespace } of hosts) await succeeds("ip", "netns", "delete", namespace);
}

/** Starts a program of ours on a host, behind other words such as those of setpriv. */
export function startOn(
  { namespace }: Host,
  source: string,
  args: readonly string[],
  { before = [], ...options }: StartOptions & { readonly before?: readonly string[] } = {},
): Program {
  const command = ["netns", "exec", namespace, ...before, Deno.execPath(), "run", "--quiet", "-A"];
  const root = `${import.meta.dirname}/../../`;
  const program = [`--config=${root}deno.json`, root + source, ...args];
  return new Program(source, [...command, ...program], { ...options, executable: "ip" });
}

/** Runs a program on a host; what it says on both outputs. */
export function runOn({ namespace }: Host, ...command: string[]): Promise<string> {
  return run("ip", "netns", "exec", namespace, ...command);
}

/** Sends a capture file from a host; how many packets went out. */
export async function replay(host: Host, file: string, ...args: string[]): Promise<number> {
  const said = await runOn(host, "tcpreplay", "-i", host.iface, ...args, file);
  return Number(/Successful packets:\s+(\d+)/.exec(said)![1]);
}

/** Runs a program to its end, which must be a good one; what it says on both outputs. */
export async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" })
    .output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(success, `${program} ${args.join(" ")}: ${said}`);
  return said;
}

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false; // there is no such program
  }
}
