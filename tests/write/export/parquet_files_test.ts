import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ParquetFiles } from "../../../lib/write/export/parquet_files_io.ts";
import { DENO_FILES } from "../../../lib/write/files/deno_files_io.ts";
import { ConnectionSchema } from "../../../proto/gen/netcap_pb.ts";
import { inFolder } from "../files/in_folder.ts";
import { connection } from "./stored_connections.ts";

/** What a reader finds that looks into all folders, also those whose names begin with a dot, as DuckDB does. */
async function found(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) paths.push(...await found(`${folder}/${name}`));
    else if (name.endsWith(".parquet")) paths.push(`${folder}/${name}`);
  }
  return paths;
}

Deno.test("ParquetFiles shows files when a position stands for them, also those of a run that ended before", () =>
  inFolder(async (folder) => {
    const message = create(ConnectionSchema, connection(1));
    const record = { schema: ConnectionSchema, client: "a", message };
    const first = await ParquetFiles.open(DENO_FILES, folder);
    first.add(record, 100);
    const state = await first.commit();
    first.add(record, 100);
    await first.flush();
    first.close();
    assertEquals(await found(folder), []);
    const second = await ParquetFiles.open(DENO_FILES, folder, state);
    const hour = `${folder}/type=Connection/date=2020-09-13/hour=12`;
    assertEquals(await found(folder), [`${hour}/0000000001-1.parquet`]);
    second.add(record, 100);
    await second.commit();
    await second.committed();
    second.close();
    assertEquals((await found(folder)).sort(), [
      `${hour}/0000000001-1.parquet`,
      `${hour}/0000000002-1.parquet`,
    ]);
  }));
