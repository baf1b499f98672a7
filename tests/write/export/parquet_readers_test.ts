/** What DuckDB and pyarrow read in the Parquet files of an export. */
import { create, toBinary } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import { runExport } from "../../../lib/run_export_io.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { ConnectionSchema, DNSSchema, GRESchema, Type } from "../../../proto/gen/netcap_pb.ts";
import { preparePython } from "../../../tools/python_venv.ts";
import { type Need, needs, TSHARK } from "../../needs.ts";
import { piped } from "../../piped.ts";
import { inFolder, runProgram, startCollector } from "../../programs/program.ts";
import { PUBLIC_KEY } from "../../programs/program.ts";
import { frame } from "../files/record_file_bytes.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const VENV = `${ROOT}.tools/parquet`;
const problem = await preparePython(VENV, `${import.meta.dirname}/requirements.txt`);
const READERS: Need = {
  what: `DuckDB and pyarrow for Python (${problem})`,
  isMet: () => problem === undefined,
};
const CAPTURE = `${import.meta.dirname}/../../captures/office.pcap`;

async function exported(folder: string): Promise<string> {
  const said: string[] = [];
  const out = `${folder}/out`;
  const options = { format: "parquet", paths: [`${folder}/records`], out, follow: false } as const;
  assertEquals(await runExport(options, { say: (line) => said.push(line) }), 0, said.join("\n"));
  return out;
}

/** Runs a script in which `duck(sql)` and `arrow(type)` give rows of Python values. */
async function read(folder: string, script: string): Promise<unknown> {
  const text = await piped(`${VENV}/bin/python`, ["-c", PRELUDE + script, folder], "");
  return JSON.parse(new TextDecoder().decode(text));
}

const PRELUDE = `
import sys, json, duckdb, pyarrow.dataset
folder = sys.argv[1]
def duck(columns, type):
    files = f"read_parquet('{folder}/type={type}/**/*.parquet', hive_partitioning=true)"
    return duckdb.sql(f"select {columns} from {files}").fetchall()
def arrow(type):
    return pyarrow.dataset.dataset(f"{folder}/type={type}", partitioning="hive").to_table()
def say(value): print(json.dumps(value, default=lambda b: b.hex()))
`;

Deno.test({
  ...needs("DuckDB and pyarrow read all IPv4 headers of a capture as tshark does", READERS, TSHARK),
  fn: () =>
    inFolder(async (folder) => {
      const { collector, address } = await startCollector(folder);
      await using _ = collector;
      const to = ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", "xyz", "-read", CAPTURE];
      assertEquals((await runProgram("sensor.ts", to)).code, 0);
      await collector.stop();
      const fields = ["frame.time_epoch", "ip.src", "ip.proto", "ip.len", "ip.ttl", "ip.id"];
      const shown = await piped(
        "tshark",
        ["-n", "-r", CAPTURE, "-Y", "ip", "-T", "fields", "-E", "occurrence=f"]
          .concat(fields.flatMap((field) => ["-e", field])),
        "",
      );
      const expected = new TextDecoder().decode(shown).trim().split("\n").map((line) => {
        const [time, src, protocol, length, ttl, id] = line.split("\t");
        return [
          time!.replace(".", ""),
          src,
          Number(protocol),
          Number(length),
          Number(ttl),
          Number(id),
        ];
      });
      assert(expected.length > 300);
      const out = await exported(folder);
      const byDuck = await read(
        out,
        `say(duck("epoch_ns(Timestamp)::varchar, SrcIP, Protocol, Length, TTL, Id", "IPv4"))`,
      );
      const byArrow = await read(
        out,
        `
t = arrow("IPv4")
times = [str(v.value) for v in t["Timestamp"]]
say([list(r) for r in zip(times, *[t[c].to_pylist() for c in ["SrcIP", "Protocol", "Length", "TTL", "Id"]])])`,
      );
      const wanted = expected.map((row) => JSON.stringify(row)).sort();
      for (const rows of [byDuck, byArrow] as unknown[][]) {
        assertEquals(rows.map((row) => JSON.stringify(row)).sort(), wanted);
      }
      const partitions = await read(
        out,
        `say(duck("count(*), bool_and(epoch_ns(Timestamp) // 3600000000000 = epoch(date)::bigint // 3600 + hour::int)", "IPv4"))`,
      );
      assertEquals(partitions, [[expected.length, true]]);
    }),
});

Deno.test({
  ...needs("DuckDB and pyarrow read the largest numbers, nested lists, bytes and no time", READERS),
  fn: () =>
    inFolder(async (folder) => {
      const Timestamp = 1_600_000_000_123_456_789n;
      const dns = create(DNSSchema, {
        Timestamp,
        Questions: ["a.example", "ü.example"].map((name) => ({
          Name: new TextEncoder().encode(name),
          Type: 28,
          Class: 1,
        })),
        Answers: [{
          Name: new Uint8Array(0),
          TTL: 2 ** 32 - 1,
          TXTs: [Uint8Array.of(255), Uint8Array.of()],
        }],
        ResponseCode: -1,
      });
      const connection = create(ConnectionSchema, {
        TimestampFirst: Timestamp,
        ConnectionID: 2n ** 64n - 1n,
        IPBytesClientToServer: 2n ** 63n,
        Duration: -1n,
        VLANs: [1, 2 ** 32 - 1],
        SrcPort: "65535",
      });
      const gre = create(GRESchema, { Timestamp: -1n, Key: 2 ** 32 - 1 });
      {
        await using store = await RecordStore.open(`${folder}/records`, { version: "v1" });
        const batches = [
          [Type.NC_DNS, toBinary(DNSSchema, dns)],
          [Type.NC_Connection, toBinary(ConnectionSchema, connection)],
          [Type.NC_GRE, toBinary(GRESchema, gre)],
        ] as const;
        for (const [type, bytes] of batches) {
          await store.append({
            ...{ clientId: "x", type, count: 1, records: frame(bytes), containsPayloads: false },
            ...{ firstTime: Timestamp, lastTime: Timestamp },
          });
        }
        await store.commit();
      }
      const out = await exported(folder);
      const facts = await read(
        out,
        `
d = duck("epoch_ns(Timestamp)::varchar, [q.Name for q in Questions], Answers[1].TTL, ResponseCode, client", "DNS")
c = duck("ConnectionID::varchar, IPBytesClientToServer::varchar, Duration, VLANs, SrcPort, DstPort, TimestampLast", "Connection")
g = duck("epoch_ns(Timestamp)::varchar, Key, date::varchar, hour::int", "GRE")
u = arrow("Connection")
a = [[q["Name"] for q in arrow("DNS")["Questions"].to_pylist()[0]], arrow("DNS")["Answers"].to_pylist()[0][0]["TTL"],
     str(u["ConnectionID"].to_pylist()[0]), str(u["TimestampFirst"][0].value), u["TimestampLast"].to_pylist(), u["VLANs"].to_pylist()]
say([d, c, g, a, [str(u.schema.field(n).type) for n in ["ConnectionID", "TimestampFirst", "SrcPort"]]])`,
      );
      assertEquals(facts, [
        [[String(Timestamp), ["a.example", "ü.example"], 2 ** 32 - 1, -1, "x"]],
        [[String(2n ** 64n - 1n), String(2n ** 63n), -1, [1, 2 ** 32 - 1], 65535, null, null]],
        [["-1", 2 ** 32 - 1, "1969-12-31", 23]],
        [
          ["a.example", "ü.example"],
          2 ** 32 - 1,
          ...[String(2n ** 64n - 1n), String(Timestamp), [null], [[1, 2 ** 32 - 1]]],
        ],
        ["uint64", "timestamp[ns, tz=UTC]", "uint16"],
      ]);
    }),
});
