/** Collectors of IPFIX that others have written, as real processes on loopback. */
import { assert } from "@std/assert";
import { piped } from "../../piped.ts";
import { until } from "../../until.ts";

/** What a collector has of all packets of a key: `6 192.0.2.1 1024 198.51.100.2 80`. */
export interface PeerFlow {
  packets: number;
  octets: number;
  flags: number;
  /** Milliseconds since 1970. */
  first: number;
  last: number;
}

/** By key. */
export type PeerFlows = Map<string, PeerFlow>;

/** Adds what is known of a key. */
export function addFlow(flows: PeerFlows, key: string, flow: PeerFlow): void {
  const sum = flows.get(key);
  if (sum === undefined) {
    flows.set(key, { ...flow });
    return;
  }
  sum.packets += flow.packets;
  sum.octets += flow.octets;
  sum.flags |= flow.flags;
  sum.first = Math.min(sum.first, flow.first);
  sum.last = Math.max(sum.last, flow.last);
}

/** A collector that listens; what it says is gathered. */
export class Peer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly port: number;
  said = "";

  private constructor(command: string, args: readonly string[], port: number) {
    this.port = port;
    const env = { TZ: "UTC" };
    const process = new Deno.Command(command, {
      ...{ args: [...args], env, stdin: "null", stdout: "piped", stderr: "piped" },
    });
    this.#child = process.spawn();
    const gather = async (stream: ReadableStream<Uint8Array>) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) this.said += text;
    };
    this.#ended = Promise.all([
      gather(this.#child.stdout),
      gather(this.#child.stderr),
      this.#child.status,
    ]);
  }

  /** Starts it on a port that is free: below those that the system gives to others. */
  static async start(
    command: string,
    argsOf: (port: number) => Promise<readonly string[]>,
    isReady: RegExp,
  ): Promise<Peer> {
    for (let tries = 0; tries < 5; tries++) {
      const port = 20_000 + Math.floor(10_000 * Math.random());
      const peer = new Peer(command, await argsOf(port), port);
      let hasEnded = false;
      peer.#ended.then(() => hasEnded = true);
      await until(`${command} is ready`, () => hasEnded || isReady.test(peer.said));
      if (!hasEnded) return peer;
      assert(/bind|in use/i.test(peer.said), peer.said);
    }
    throw new Error(`no port for ${command}`);
  }

  /** Whether it has taken all datagrams that the kernel holds for it. */
  async hasReadAll(): Promise<boolean> {
    const table = new TextDecoder().decode(await piped("cat", ["/proc/net/udp"], ""));
    const local = `:${this.port.toString(16).toUpperCase().padStart(4, "0")}`;
    const line = table.split("\n").map((each) => each.trim().split(/\s+/)).find((each) =>
      each[1]?.endsWith(local)
    );
    assert(line !== undefined, table);
    assert(line.at(-1) === "0", `datagrams were dropped: ${line}`);
    return line[4]!.endsWith(":00000000");
  }

  async end(signal: Deno.Signal): Promise<void> {
    this.#child.kill(signal);
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended
    }
    await this.#ended;
  }
}

/** nfcapd, which writes what comes to a folder. */
export function startNfcapd(folder: string): Promise<Peer> {
  return Peer.start(
    "nfcapd",
    (port) => Promise.resolve(["-w", folder, "-b", "127.0.0.1", "-p", String(port), "-t", "3600"]),
    /^Startup nfcapd\.$/m,
  );
}

const TCP_FLAGS = "FSRPAUEC";

/** What nfdump reads in that folder; ICMP's type and code are in place of a port. */
export async function nfdumpFlows(
  folder: string,
): Promise<{ flows: PeerFlows; vlans: Set<number> }> {
  const text = await piped("env", ["TZ=UTC", "nfdump", "-R", folder, "-o", "json"], "");
  const flows: PeerFlows = new Map();
  const vlans = new Set<number>();
  for (const flow of JSON.parse(new TextDecoder().decode(text))) {
    const [src, dst] = [flow.src4_addr ?? flow.src6_addr, flow.dst4_addr ?? flow.dst6_addr];
    const isIcmp = flow.icmp_type !== undefined;
    const to = isIcmp ? `${flow.icmp_type}.${flow.icmp_code}` : flow.dst_port;
    vlans.add(flow.src_vlan ?? 0);
    addFlow(flows, `${flow.proto} ${src} ${isIcmp ? 0 : flow.src_port} ${dst} ${to}`, {
      packets: flow.in_packets,
      octets: flow.in_bytes,
      flags: [...flow.tcp_flags ?? ""].reduce(
        (bits, letter) =>
          TCP_FLAGS.includes(letter) ? bits | (1 << TCP_FLAGS.indexOf(letter)) : bits,
        0,
      ),
      first: Date.parse(`${flow.first}Z`),
      last: Date.parse(`${flow.last}Z`),
    });
  }
  return { flows, vlans };
}

/** nfacctd, which writes what comes to a file every few seconds. */
export function startNfacctd(file: string): Promise<Peer> {
  const config = (port: number) => [
    "daemonize: false",
    "nfacctd_ip: 127.0.0.1",
    `nfacctd_port: ${port}`,
    "nfacctd_time_new: true",
    "plugins: print[all]",
    "aggregate[all]: src_host,dst_host,src_port,dst_port,proto,tcpflags,vlan,timestamp_start,timestamp_end",
    "print_output[all]: json",
    `print_output_file[all]: ${file}`,
    "print_output_file_append[all]: true",
    "print_refresh_time[all]: 1",
    "print_cache_entries[all]: 1009",
    "timestamps_utc: true",
  ];
  return Peer.start("nfacctd", async (port) => {
    await Deno.writeTextFile(`${file}.conf`, config(port).join("\n") + "\n");
    return ["-f", `${file}.conf`];
  }, /JSON: setting object handlers/);
}

/** The numbers of protocols that nfacctd names. */
const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  "ipv6-icmp": 58,
};

/** What nfacctd has written to that file so far. */
export async function nfacctdFlows(file: string): Promise<PeerFlows> {
  const text = await Deno.readTextFile(file).catch(() => "");
  const flows: PeerFlows = new Map();
  for (const line of text.split("\n").slice(0, -1)) {
    const flow = JSON.parse(line);
    const key = [PROTOCOLS[flow.ip_proto], flow.ip_src, flow.port_src, flow.ip_dst, flow.port_dst];
    addFlow(flows, key.join(" "), {
      packets: flow.packets,
      octets: flow.bytes,
      flags: Number(flow.tcp_flags),
      first: Date.parse(`${flow.timestamp_start.replace(" ", "T")}Z`),
      last: Date.parse(`${flow.timestamp_end.replace(" ", "T")}Z`),
    });
  }
  return flows;
}
