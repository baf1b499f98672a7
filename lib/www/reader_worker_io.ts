/// <reference lib="deno.worker" />
import { messageOf } from "../base/errors.ts";
import type { FromReader, ToReader } from "./reader_messages.ts";
import { readLedgerOf } from "./read_ledger_io.ts";
import { readTraffic } from "./read_traffic_io.ts";

async function answerTo({ out, engine, question }: ToReader): Promise<string> {
  const now = BigInt(Date.now()) * 1_000_000n;
  switch (question.kind) {
    case "ledger":
      return JSON.stringify(await readLedgerOf(engine ?? out, question, now));
    case "traffic":
      return JSON.stringify(await readTraffic(out, question));
    case "devices": {
      const { readDevices } = await import("./read_devices_io.ts"); // the IEEE's lists are large
      return await readDevices(out, question);
    }
  }
}

self.onmessage = async ({ data }: MessageEvent<ToReader>) => {
  let message: FromReader;
  try {
    message = { text: await answerTo(data) };
  } catch (error) {
    message = { problem: messageOf(error) };
  }
  self.postMessage(message);
};
