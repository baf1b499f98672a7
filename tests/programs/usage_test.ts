import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inFolder, PUBLIC_KEY, runProgram } from "./program.ts";

const NET_ONLY = { permissions: ["--allow-net", "--no-prompt"] };

Deno.test("sensor: wrong flags give one line, exit code 2", async () => {
  const wrong = [
    [["-client", ""], /^Wrong value "" of -client: wanted a name;/],
    [["-adr", "127.0.0.1:1"], /^Unknown flag -adr: did you mean -addr\?;/],
    [["-addr", "127.0.0.1"], /^Wrong value "127.0.0.1" of -addr: wanted HOST:PORT;/],
    [["-max", "0"], /^Wrong value "0" of -max: wanted/m],
    [["-max=-1"], /^Wrong value "-1" of -max: wanted/m],
    [["-include", "TCP,Tcp"], /^Unknown decoder "Tcp": did you mean TCP\?;/],
    [["-exclude", "dns"], /^Unknown decoder "dns": did you mean DNS\?;/],
    [["-include", "no-such-name"], /^Unknown decoder "no-such-name": -decoders lists them;/],
    [["-transport", "tcp"], /^Wrong value "tcp" of -transport/m],
    [["-read", "no-such.pcap"], /^Cannot send: no public key/],
    [
      ["-decode-as", "udp.prot==1,dns"],
      /^Wrong value .* of -decode-as: .* did you mean udp\.port\?/,
    ],
    [["-watch", ".", "-iface", "lo"], /^-watch waits for the collector, .*: wanted one of them/],
    [["-addr", "127.0.0.1:65535"], /^Wrong port 65535 of -addr/],
    [["-iface", "lo", "-iface", "lo"], /^Interface "lo" is named twice/],
    [["-iface", "lo", "-iface", "any"], /^Interface "any" is all of them/],
    [
      ["-iface", "lo", "-queue", "1M", "-max", "131073"],
      /^Wrong value "1M" of -queue: .* 1048584;/,
    ],
    [["-queue", "64mb"], /^Wrong value "64mb" of -queue: wanted a size from 1M to 1G, as in 64M/],
  ] as const;
  for (const [args, message] of wrong) {
    const { code, stderr, stdout } = await runProgram("sensor.ts", args, NET_ONLY);
    assertEquals(code, 2, args.join(" "));
    assertMatch(stderr, message);
    assertMatch(stderr, /^[^\n]+; -help lists all flags\n$/);
    assertEquals(stdout, "");
  }
});

Deno.test("sensor: what cannot be done gives one line, exit code 1", async () => {
  const failing = [
    [["-pubkey", "no-such.key", "-read", "x"], /no-such.key/],
    [["-pubkey", PUBLIC_KEY, "-read", "no-such.pcap"], /no-such.pcap/],
    [["-pubkey", PUBLIC_KEY, "-read", "deno.json"], /deno.json/],
    [["-pubkey", "00".repeat(32), "-read", "deno.json"], /low order/],
  ] as const;
  for (const [args, message] of failing) {
    const { code, stderr } = await runProgram("sensor.ts", args);
    assertEquals(code, 1, stderr);
    assertMatch(stderr, message);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
  }
});

Deno.test("sensor: without the net permissions that it needs it says which, and tries nothing", async () => {
  const needs = "0.0.0.0:0,127.0.0.1:4201";
  const lacking = [
    ["127.0.0.1", [], `"0.0.0.0:0"; wanted: --allow-net=${needs}`],
    ["127.0.0.1", ["127.0.0.1"], `"0.0.0.0:0"; wanted: --allow-net=${needs}`],
    ["127.0.0.1", ["0.0.0.0:0,127.0.0.1:4200"], `"127.0.0.1:4201"; wanted: --allow-net=${needs}`],
    ["localhost", ["127.0.0.1"], "wanted: --allow-net with localhost in its list"],
  ] as const;
  for (const [host, allowed, wanted] of lacking) {
    const args = ["-pubkey", PUBLIC_KEY, "-read", "x", "-addr", `${host}:4200`];
    const net = allowed.map((hosts) => `--allow-net=${hosts}`);
    const { code, stdout, stderr } = await runProgram("sensor.ts", args, {
      permissions: ["--no-prompt", ...net],
    });
    assertEquals([code, stdout], [1, ""], stderr);
    assertMatch(stderr, /^[^\n]+\n$/);
    assertStringIncludes(stderr, wanted);
  }
});

Deno.test("sensor: a connection is tried with the permissions that it says it needs", async () => {
  const mute = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = mute.addr as Deno.NetAddr;
  const args = ["-pubkey", PUBLIC_KEY, "-read", "tests/captures/dns.pcap", "-linger", "0s"];
  const { stderr } = await runProgram("sensor.ts", [...args, "-addr", `127.0.0.1:${port - 1}`], {
    permissions: ["--no-prompt", "--allow-read", `--allow-net=0.0.0.0:0,127.0.0.1:${port}`],
  });
  mute.close();
  assertStringIncludes(
    stderr,
    `Not connected to the collector 127.0.0.1:${port}: it has not answered yet; ` +
      `wanted there: a collector, and UDP port ${port} open`,
  );
});

Deno.test("both programs: -help and -version, exit code 0", async () => {
  for (const program of ["sensor.ts", "collector.ts"]) {
    for (const flag of ["-help", "-h"]) {
      const help = await runProgram(program, [flag], NET_ONLY);
      assertEquals(help.code, 0);
      assertStringIncludes(help.stdout, "-addr HOST:PORT");
    }
    const version = await runProgram(program, ["--version"], NET_ONLY);
    assertEquals(version.code, 0);
    assertMatch(version.stdout, /^v\d+\.\d+\.\d+(-dev)?\n$/);
  }
});

Deno.test("sensor: -decoders lists the names that -include takes", async () => {
  const { code, stdout } = await runProgram("sensor.ts", ["-decoders"], NET_ONLY);
  assertEquals(code, 0);
  const names = stdout.trim().split("\n");
  for (const name of ["Ethernet", "IPv4", "TCP", "UDP", "DNS", "DHCPv4", "NTP", "ARP"]) {
    assertEquals(names.includes(name), true, name);
  }
});

Deno.test("collector: -gen-keypair writes keys once, and again only with -force", () =>
  inFolder(async (folder) => {
    const cwd = { cwd: folder };
    const first = await runProgram("collector.ts", ["-gen-keypair"], cwd);
    const pub = await Deno.readTextFile(`${folder}/pub.key`);
    assertEquals(
      [first.code, first.stdout],
      [0, `wrote pub.key and priv.key; public key ${pub}\n`],
    );
    const key = await Deno.readTextFile(`${folder}/priv.key`);
    const second = await runProgram("collector.ts", ["-gen-keypair"], cwd);
    assertEquals(second.code, 1);
    assertStringIncludes(second.stderr, "-force");
    assertEquals(await Deno.readTextFile(`${folder}/priv.key`), key);
    const third = await runProgram("collector.ts", ["-gen-keypair", "-force"], cwd);
    assertEquals(third.code, 0);
  }));

Deno.test("collector: a missing key, a port in use, a wrong address", () =>
  inFolder(async (folder) => {
    const noKey = await runProgram("collector.ts", ["-addr", "127.0.0.1:0"]);
    assertEquals(noKey.code, 2);
    assertMatch(noKey.stderr, /^Cannot receive: no private key/);

    const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const { port } = socket.addr as Deno.NetAddr;
    const inUse = await runProgram("collector.ts", [
      ...["-privkey", PUBLIC_KEY, "-addr", `127.0.0.1:${port}`, "-out", folder],
    ]);
    socket.close();
    assertEquals(inUse.code, 1);
    assertEquals(
      inUse.stderr,
      `Cannot listen on 127.0.0.1:${port}: another program uses that port\n`,
    );

    const wrong = await runProgram("collector.ts", ["-addr", "nowhere", "-privkey", PUBLIC_KEY]);
    assertEquals(wrong.code, 2);
  }));

Deno.test("collector: what makes no sense is refused, exit code 2", async () => {
  const wrong = [
    [["-privkey", PUBLIC_KEY, "-out", ""], /^Wrong value "" of -out: wanted a folder;/],
    [
      ["-privkey", PUBLIC_KEY, "records"],
      /^Unexpected argument "records": collector takes flags only;/,
    ],
    [["-gen-keypair", "keys"], /^Unexpected argument "keys": collector takes flags only;/],
    [["-dump"], /^Nothing to read: wanted record files, .*; -dump -help lists all flags$/m],
    [["-dump", "-where", "DstPort ==", "x"], /-dump -help lists all flags$/m],
    [["-dump", "-addr", ":1", "x"], /^Unknown flag -addr/],
  ] as const;
  for (const [args, message] of wrong) {
    const { code, stderr } = await runProgram("collector.ts", args, NET_ONLY);
    assertEquals(code, 2, args.join(" "));
    assertMatch(stderr, message);
  }
});
