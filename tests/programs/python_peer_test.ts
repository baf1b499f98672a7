/** Both programs against an independent implementation of the formats, `peer.py`. */
import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { Type } from "../../proto/gen/netcap_pb.ts";
import { VECTOR } from "../seal/vector.ts";
import { inFolder, PRIVATE_KEY, PUBLIC_KEY, runProgram, startCollector } from "./program.ts";
import { needs, PYNACL } from "../needs.ts";

const PYTHON = "/usr/bin/python3";
const PEER = `${import.meta.dirname}/peer.py`;
const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;

async function peer(...args: string[]): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, { args: [PEER, ...args] })
    .output();
  const text = new TextDecoder();
  assert(success, text.decode(stderr));
  return text.decode(stdout).trim().split("\n");
}

Deno.test({
  ...needs("PyNaCl opens the vector, so that it is one of the format and not of ours", PYNACL),
  fn: async () => {
    assertEquals(await peer("vector", VECTOR.datagram, VECTOR.collectorPrivateKey), [VECTOR.batch]);
  },
});

Deno.test({
  ...needs("the collector stores what a Python sensor sends, and Python reads the file", PYNACL),
  fn: () =>
    inFolder(async (folder) => {
      const { collector, address } = await startCollector(folder, ["-verbose"]);
      await using _ = collector;
      const type = String(Type.NC_Ethernet);
      const record = VECTOR.ethernetRecord;
      const later = record.replace("088180", "088280");
      await peer("send", address, PUBLIC_KEY, "py", type, VECTOR.headerRecord, record);
      await collector.line(/^new file py\/Ethernet\.ncap\.gz$/);
      await peer("send", address, PUBLIC_KEY, "py", type, later, record);
      await collector.line(/^packet-received: .*$/, 2);
      const { code, stdout } = await collector.stop();
      assertEquals(code, 0, stdout);

      const members = (await peer("read", `${folder}/records/py/Ethernet.ncap.gz`))
        .map((line) => JSON.parse(line));
      assertEquals(members.map(({ count }) => count), [0, 1, 2]);
      assertEquals(members[1].records, [record]);
      assertEquals(members[2].records, [later, record]);
      assertEquals([members[2].first, members[2].last], [
        "1600000000000000001",
        "1600000000000000002",
      ]);
      assert(members.every(({ hasArrival, reason }) => hasArrival && reason === 0));
    }),
});

Deno.test({
  ...needs("Python opens the sensor's datagrams and finds every record", PYNACL),
  fn: async () => {
    const python = new Deno.Command(PYTHON, {
      args: [PEER, "receive", PRIVATE_KEY],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const lines = python.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).values();
    const port = (await lines.next()).value!.split(" ")[1];
    const { code, stdout } = await runProgram("sensor.ts", [
      ...["-pubkey", PUBLIC_KEY, "-addr", `127.0.0.1:${port}`, "-client", "plant-7"],
      ...[
        "-transport",
        "box",
        "-read",
        CAPTURE,
        "-max",
        "2000",
        "-max-datagram",
        "1000",
        "-rate",
        "400000",
      ],
    ]);
    assertEquals(code, 0);
    const sent = new Map<string, number>();
    for (const [, name, count] of stdout.matchAll(/^(\w+): made=\d+ sent=(\d+)/gm)) {
      sent.set(name!, Number(count));
    }
    const datagrams = [...stdout.matchAll(/ datagrams=(\d+)/g)]
      .reduce((sum, [, count]) => sum + Number(count), 0);

    const received = new Map<string, number>();
    for (let count = 0; count < datagrams; count++) {
      const batch = JSON.parse((await lines.next()).value!);
      assertEquals(batch.client, "plant-7");
      assertEquals(batch.totalSize, batch.dataBytes);
      assert(batch.bytes <= 1000 && (batch.dataBytes <= 2000 || batch.records.length === 1));
      const name = Type[batch.type]!.slice(3);
      received.set(name, (received.get(name) ?? 0) + batch.records.length);
    }
    await python.stdin.close();
    await python.status;
    assert((await lines.next()).done);
    assertEquals([...received].sort(), [...sent].sort());
  },
});
