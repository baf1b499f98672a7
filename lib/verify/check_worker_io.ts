/// <reference lib="deno.worker" />
/** Looks at batches in a worker; it acts when it is loaded. */
import { expectRelease, release } from "../base/bytes/release.ts";
import type { FromChecker, ToChecker } from "./check_messages.ts";
import { examineSessionBatch } from "./check_session_batch.ts";
import { CompactMaker } from "./compact_maker.ts";
import { newSecret } from "./new_secret_io.ts";

expectRelease();

const maker = new CompactMaker(() => performance.now(), newSecret());

self.onmessage = ({ data: { batch, ...options } }: MessageEvent<ToChecker>) => {
  try {
    const findings = examineSessionBatch(batch, { maker, ...options });
    const made = findings.parts.flatMap(({ made }) =>
      made ? [made.body.buffer as ArrayBuffer] : []
    );
    post({ findings }, made);
  } catch (error) {
    post({ error });
  }
  release(batch.body);
  if (batch.opened) release(batch.opened);
};

function post(message: FromChecker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}
