/** Record files that are made of streams. */
import { runStreamFiles } from "../../../lib/write/nats/stream_files_io.ts";
import type { CollectorReport } from "../../../lib/write/counts/collector_report.ts";
import { parsePartitions } from "../../../lib/write/nats/partitions.ts";
import type { NatsServer } from "../../nats_server.ts";
import { until } from "../../until.ts";

const ALL = parsePartitions("0-63")!;

/** Makes files until so many messages are in them. */
export async function copy(
  server: NatsServer,
  out: string,
  messages: number,
  partitions = ALL,
): Promise<CollectorReport> {
  const stop = new AbortController();
  let isOver = false;
  let reading: Promise<void> | undefined;
  try {
    return await runStreamFiles({
      ...{ engine: { url: server.url }, partitions, out },
      onReadable: (read) => {
        const isRead = () => isOver || read().stream!.messages >= messages;
        reading = until("all is read", isRead).finally(() => stop.abort());
      },
    }, stop.signal);
  } finally {
    isOver = true;
    await reading;
  }
}

/** All files in the folders of a folder, by path. */
export async function filesIn(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) continue;
    for await (const file of Deno.readDir(`${folder}/${name}`)) {
      const path = `${folder}/${name}/${file.name}`;
      if (!file.name.startsWith("CollectorSpan")) files.set(path, await Deno.readFile(path));
    }
  }
  return files;
}
