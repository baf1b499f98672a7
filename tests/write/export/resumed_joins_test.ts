import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { runExport } from "../../../lib/run_export_io.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { DNSSchema, SMTPSchema, Type } from "../../../proto/gen/netcap_pb.ts";
import { until } from "../../until.ts";
import { frame } from "../files/record_file_bytes.ts";
import { inFolder } from "../files/in_folder.ts";

const HOSTS = { SrcIP: "192.0.2.1", SrcPort: 4000, DstIP: "192.0.2.53", DstPort: 53 };
const BACK = { SrcIP: "192.0.2.53", SrcPort: 53, DstIP: "192.0.2.1", DstPort: 4000 };
const SECOND = 1_000_000_000n;

Deno.test("zeek-json: a query waits for its answer from one run to the next, and one is in no line twice", () =>
  inFolder(async (folder) => {
    await using store = await RecordStore.open(`${folder}/records`, { version: "v1", gatherMs: 0 });
    const add = async (...inits: MessageInitShape<typeof DNSSchema>[]) => {
      await store.append({
        ...{ clientId: "x", type: Type.NC_DNS, count: inits.length, containsPayloads: false },
        records: Uint8Array.from(
          inits.flatMap((init) => [...frame(toBinary(DNSSchema, create(DNSSchema, init)))]),
        ),
        ...{ firstTime: 0n, lastTime: 0n },
      });
      await store.commit();
    };
    const out = `${folder}/out`;
    const options = {
      format: "zeek-json",
      paths: [`${folder}/records`],
      out,
      everyMs: 100,
    } as const;
    const lines = async () => {
      const text = await Deno.readTextFile(`${out}/dns.log`).catch(() => "");
      return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
    };
    await add({ ID: 1, Timestamp: SECOND, ...HOSTS }, { ID: 2, Timestamp: 2n * SECOND, ...HOSTS });
    const stop = new AbortController();
    const say = () => undefined;
    const running = runExport({ ...options, follow: true }, { signal: stop.signal, say });
    await add({ ID: 1, QR: true, Timestamp: 3n * SECOND, ...BACK });
    await until("the first answer", async () => (await lines()).length === 1);
    stop.abort();
    await running;
    await add({ ID: 2, QR: true, Timestamp: 4n * SECOND, ...BACK }, { ID: 3, ...HOSTS });
    await runExport({ ...options, follow: false }, { say });
    assertEquals((await lines()).map(({ trans_id, rtt }) => [trans_id, rtt]), [
      [1, 2],
      [2, 2],
      [3, undefined],
    ]);
  }));

Deno.test("ecs: what waits for its answer is written when an export without a position is ended", () =>
  inFolder(async (folder) => {
    {
      await using store = await RecordStore.open(`${folder}/records`, { version: "v1" });
      await store.append({
        ...{ clientId: "x", type: Type.NC_DNS, count: 1, containsPayloads: false },
        records: frame(toBinary(DNSSchema, create(DNSSchema, { ID: 1, ...HOSTS }))),
        ...{ firstTime: 0n, lastTime: 0n },
      });
      await store.append({
        ...{ clientId: "x", type: Type.NC_SMTP, count: 1, containsPayloads: false },
        records: frame(toBinary(SMTPSchema, create(SMTPSchema, { SrcIP: "192.0.2.1" }))),
        ...{ firstTime: 0n, lastTime: 0n },
      });
      await store.commit();
    }
    const stop = new AbortController();
    let text = "";
    const write = (bytes: Uint8Array) => {
      text += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    };
    const running = runExport(
      { format: "ecs", paths: [`${folder}/records`], out: "-", follow: true, everyMs: 10 },
      { signal: stop.signal, say: () => undefined, output: { write } },
    );
    await until("the line that waits for nothing", () => text.includes("farcap.smtp"));
    assertEquals(text.includes("farcap.dns"), false);
    stop.abort();
    assertEquals(await running, 0);
    assertEquals(text.includes("farcap.dns"), true);
  }));
