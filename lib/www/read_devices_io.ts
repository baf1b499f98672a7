import { deviceJson } from "../write/devices/device_text.ts";
import { DEVICE_TYPES, Devices } from "../write/devices/devices.ts";
import { ieeeList } from "../write/devices/ieee_list.ts";
import { timeFormat } from "../write/read/time_text.ts";
import type { Question } from "./questions.ts";
import { readSome } from "./read_some_io.ts";

const SHOWN = 500;
const READING = { types: DEVICE_TYPES, maxRecords: 500_000 };

/**
 * Reads the devices that records of a span tell of, as `-devices` does, in bounded time: as JSON, those
 * that were seen last first.
 */
export async function readDevices(out: string, question: Question): Promise<string> {
  const devices = new Devices();
  const extent = await readSome(out, question, READING, ({ client = "", schema, records }) => {
    for (const record of records) devices.add(client, schema, record);
  });
  const all = devices.list().toSorted((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : 0));
  const format = { list: await ieeeList(), time: timeFormat("short") };
  const shown = all.slice(0, SHOWN).map((device) => deviceJson(device, format));
  const left = Math.max(0, all.length - SHOWN) + devices.leftOut;
  return `{"devices":[${shown.join(",")}],"left":${left},${JSON.stringify(extent).slice(1)}`;
}
