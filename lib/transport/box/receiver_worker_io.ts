/// <reference lib="deno.worker" />
/** A receiver in a worker, which does nothing but empty the socket; it acts when it is loaded. */
import { ConfigError } from "../../base/errors.ts";
import { BoxReceiver } from "./box_receiver_io.ts";
import type { FromReceiver, ToReceiver } from "./receiver_messages.ts";

/** How many datagrams go to the main thread at a time. */
const BURST_DATAGRAMS = 256;

let receiver: BoxReceiver | undefined;

self.onmessage = async ({ data: message }: MessageEvent<ToReceiver>) => {
  switch (message.kind) {
    case "listen":
      try {
        receiver = new BoxReceiver(message.address);
        post({ kind: "listening", address: receiver.address });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        post({ kind: "failed", code: error.code, message: error.message });
      }
      break;
    case "next": {
      const datagrams = await receiver!.take(BURST_DATAGRAMS);
      const { received, overflowed } = receiver!;
      post(
        { kind: "burst", datagrams, received, overflowed },
        datagrams.map(({ bytes }) => bytes.buffer),
      );
      break;
    }
    case "close":
      await receiver!.close();
      break;
  }
};

function post(message: FromReceiver, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}
