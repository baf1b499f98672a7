/** Records of a type that the caller names. */
import { assertEquals, assertRejects } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { readRecords } from "../../../lib/write/read/read_records_io.ts";
import { TCPSchema, type UDP, UDPSchema } from "../../../proto/gen/netcap_pb.ts";
import { inFolder } from "../files/in_folder.ts";
import { frame, headerRecord, ourFile } from "../files/record_file_bytes.ts";
import { TCP } from "../files/session_sensor.ts";
import { storeBatches } from "./stored_udp.ts";

Deno.test("readRecords() of a schema yields the messages of that type", () =>
  inFolder(async (folder) => {
    await storeBatches(folder, [
      { client: "a", records: [[10, 1], [30, 2]] },
      { client: "a", type: TCP, records: [[15, 9]] },
      { client: "b", records: [[20, 3]] },
    ]);
    const ports: number[] = [];
    for await (const udp of readRecords(folder, UDPSchema, { from: 20n })) {
      const { $typeName, SrcPort }: UDP = udp; // the compiler knows the type
      assertEquals($typeName, "netcap.UDP");
      ports.push(SrcPort);
    }
    assertEquals(ports, [3, 2]);
    assertEquals(
      await Array.fromAsync(readRecords(`${folder}/a`, TCPSchema), ({ SrcPort }) => SrcPort),
      [9],
    );
    const other = `${folder}/a/TCP.ncap.gz`;
    const error = await assertRejects(
      () => Array.fromAsync(readRecords([folder, other], UDPSchema)),
      StoreError,
      `Cannot read UDP records from "${other}": its records are of type TCP`,
    );
    assertEquals(error.code, "other-type");
  }));

Deno.test("readRecords() of a schema throws damage unless somebody is told", () =>
  inFolder(async (folder) => {
    const path = `${folder}/UDP.ncap.gz`;
    const records = [[0x08, 1], [0x08], [0x08, 2]].map((record) => frame(Uint8Array.from(record)));
    await Deno.writeFile(path, concat([headerRecord(), ...records, Uint8Array.of(9)]));
    const error = await assertRejects(
      () => Array.fromAsync(readRecords(path, UDPSchema)),
      StoreError,
      `Cannot read records from "${path}": `,
    );
    assertEquals(error.code, "damaged");
    const told: string[] = [];
    const onProblem = ({ code }: { code: string }, where: string) => told.push(`${code} ${where}`);
    const times = await Array.fromAsync(
      readRecords(path, UDPSchema, { onProblem }),
      ({ Timestamp }) => Timestamp,
    );
    assertEquals(times, [1n, 2n]);
    assertEquals(told, [`damaged ${path}`, `cut ${path}`]);

    const whole = ourFile([[1n], [2n]]);
    await Deno.writeFile(path, whole.subarray(0, -1)); // torn, as one that is being written
    assertEquals((await Array.fromAsync(readRecords(path, UDPSchema))).length, 2);
  }));
