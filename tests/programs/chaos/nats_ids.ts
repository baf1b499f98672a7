/** Which records of sensors are where: read by gunzip and a loop, not by our readers. */
import { gunzipSync } from "node:zlib";
import type { NatsServer } from "../../nats_server.ts";
import { membersOf } from "../../write/files/session_sensor.ts";
import { messagesOf } from "../../write/nats/nats_place.ts";

/** How often each record is in the stream, `7/120` for record 120 of sensor 7. */
export async function idsInStream(server: NatsServer): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  const pieces = new Map<string, Uint8Array[]>();
  for (const { subject, headers, payload } of await messagesOf(server)) {
    const [, sensor] = /\.s(\d+)\.[1-9]\d*$/.exec(subject) ?? [];
    const entries = headers.get("Farcap-Members") ?? "";
    if (sensor === undefined || entries === "") continue;
    const [piece = 1, of = 1] = headers.get("Farcap-Piece")?.split("/").map(Number) ?? [];
    const row = piece === 1 ? [] : pieces.get(subject) ?? [];
    pieces.set(subject, row);
    row[piece - 1] = payload;
    if (piece < of) continue;
    let at = 0;
    const whole = new Uint8Array(await new Blob(row as Uint8Array<ArrayBuffer>[]).arrayBuffer());
    for (const entry of entries.split(",")) {
      const [bytes = 0, type] = entry.split(/[:=]/).map(Number);
      if (type === ETHERNET) count(ids, sensor, gunzipSync(whole.subarray(at, at + bytes)));
      at += bytes;
    }
  }
  return ids;
}

const ETHERNET = 7;

/** How often each record is in the record files below a folder. */
export async function idsInFiles(folder: string): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const [, sensor] = /^s(\d+)$/.exec(name) ?? [];
    if (sensor === undefined || !isDirectory) continue;
    for await (const file of Deno.readDir(`${folder}/${name}`)) {
      if (!/^Ethernet.*\.ncap\.gz$/.test(file.name)) continue;
      const path = `${folder}/${name}/${file.name}`;
      const [, ...members] = membersOf(await Deno.readFile(path), path);
      for (const { records } of members) count(ids, sensor, records);
    }
  }
  return ids;
}

function count(ids: Map<string, number>, sensor: string, records: Uint8Array): void {
  for (let at = 0; at < records.length; at += 1 + records[at]!) {
    const [a, b, c, d] = [2, 3, 4, 5].map((place) => records[at + place]! & 0x7f);
    const id = `${sensor}/${a! | b! << 7 | c! << 14 | d! << 21}`;
    ids.set(id, (ids.get(id) ?? 0) + 1);
  }
}
