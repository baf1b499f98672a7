import { deviceJson } from "../write/devices/device_text.ts";
import { DEVICE_TYPES, Devices } from "../write/devices/devices.ts";
import { ieeeList } from "../write/devices/ieee_list.ts";
import { readSteps } from "../write/read/read_records_io.ts";
import { timeFormat } from "../write/read/time_text.ts";
import type { Question } from "./questions.ts";

const SHOWN = 500;
const MAX_RECORDS = 500_000;
const MAX_MS = 8_000;

/**
 * Reads the devices that records of a span tell of, as `-devices` does, in bounded time: as JSON, those
 * that were seen last first.
 */
export async function readDevices(out: string, { client, span }: Question): Promise<string> {
  const devices = new Devices();
  const endMs = performance.now() + MAX_MS;
  let records = 0;
  let isCut = false;
  const steps = readSteps(out, {
    ...{ types: DEVICE_TYPES, order: "none" as const, ...span, onUnreadable: () => {} },
    ...(client !== "" && { clients: [client] }),
  });
  for await (const step of steps) {
    if (step === "idle") continue;
    for (const record of step.records) devices.add(step.client ?? "", step.schema, record);
    records += step.records.length;
    isCut = records >= MAX_RECORDS || performance.now() > endMs;
    if (isCut) break;
  }
  const all = devices.list().toSorted((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : 0));
  const format = { list: await ieeeList(), time: timeFormat("short") };
  const shown = all.slice(0, SHOWN).map((device) => deviceJson(device, format));
  const left = Math.max(0, all.length - SHOWN) + devices.leftOut;
  return `{"devices":[${shown.join(",")}],"left":${left},"records":${records},"isCut":${isCut}}`;
}
