import { encodeHex } from "../base/bytes/bytes.ts";
import { CaptureError, messageOf } from "../base/errors.ts";
import { rest } from "../base/wait/rest_io.ts";
import { readCapture } from "./capture_file_io.ts";
import { type CapturePeek, listFolder, peekInOrder } from "./capture_folder_io.ts";
import { CountedPackets } from "./counted_packets.ts";
import type { PacketHandler } from "./packet_handler.ts";
import type { SourceReading } from "./read_sources_io.ts";
import {
  encodeWatched,
  type FoundFile,
  parseWatched,
  type WatchedFile,
  WatchedFiles,
  type WatchOptions,
} from "./watched_files.ts";

const POLL_MS = 500;

/**
 * Reads the captures that come into a folder, until `signal` aborts: a file when it no longer changes, and
 * what it grows by after all. What has been read is remembered in a file, so that another run goes on.
 *
 * @throws CaptureError When the folder cannot be read at first, or the state cannot be kept.
 */
export async function watchFolder(
  { folder, stateFile }: WatchOptions,
  handler: PacketHandler,
  reading: SourceReading,
): Promise<void> {
  const { say, signal } = reading;
  let found = await foundIn(folder, stateFile);
  const files = new WatchedFiles(await loadState(stateFile));
  await saveState(stateFile, files);
  say(`watching folder ${JSON.stringify(folder)}`);
  let isGone = false;
  while (!signal.aborted) {
    const due = files.due(found, performance.now());
    for (const peek of await peekInOrder(folder, due)) {
      if (signal.aborted) break;
      await readOn(peek, found, files, handler, reading);
      await saveState(stateFile, files);
    }
    await rest(POLL_MS, signal);
    try {
      found = await foundIn(folder, stateFile);
      isGone = false;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      if (!isGone) say(`${error.message}; trying again`);
      isGone = true;
    }
  }
}

async function readOn(
  peek: CapturePeek,
  found: ReadonlyMap<string, FoundFile>,
  files: WatchedFiles,
  handler: PacketHandler,
  { afterChunk, buffer, counts, handOver, onRead, replaySpeed, say, signal }: SourceReading,
): Promise<void> {
  const { name, path, prefix } = peek;
  const before = await beginningOf(peek, files.mayContinue(name));
  const counted = new CountedPackets(handler, before?.packets ?? 0, counts);
  let problem = "";
  try {
    await readCapture(path, counted, {
      afterChunk,
      ...(buffer && { buffer }),
      ...(onRead && { onRead }),
      signal,
      counts,
      replaySpeed,
    });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    problem = error.message;
  }
  await handOver();
  const packets = Math.max(counted.packets, before?.packets ?? 0);
  const more = packets - (before?.packets ?? 0);
  if (problem !== "") say(`${problem}; it is read on when it changes`);
  if (more > 0 || problem === "") {
    say(`read ${JSON.stringify(name)}: ${more} ${before?.packets ? "more packets" : "packets"}`);
  }
  const isWhole = !signal.aborted;
  files.note(
    {
      name,
      // Another size than it has: the next run goes on with it.
      size: isWhole ? found.get(name)!.size : -1,
      changedMs: found.get(name)!.changedMs,
      prefixBytes: prefix.length,
      digest: await digestOf(prefix),
      packets,
    },
    before === undefined,
    found,
  );
}

/** What has been read of this capture: of one that begins as it does. */
async function beginningOf(
  { prefix }: CapturePeek,
  candidates: readonly WatchedFile[],
): Promise<WatchedFile | undefined> {
  for (const file of candidates) {
    if (file.prefixBytes > prefix.length) continue;
    if (await digestOf(prefix.slice(0, file.prefixBytes)) === file.digest) return file;
  }
  return undefined;
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

async function foundIn(folder: string, stateFile: string): Promise<Map<string, FoundFile>> {
  const own = stateFile.replace(/^.*[/\\]/, "");
  const found = new Map<string, FoundFile>();
  for (const [name, { size, mtime }] of await listFolder(folder)) {
    if (name === own || name === newOf(own)) continue;
    found.set(name, { size, changedMs: mtime?.getTime() ?? 0 });
  }
  return found;
}

async function loadState(path: string): Promise<WatchedFile[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    const message = `Cannot read ${JSON.stringify(path)}, which remembers what was read: `;
    throw new CaptureError("read-failed", message + messageOf(cause), { cause });
  }
  const files = parseWatched(text);
  if (files) return files;
  throw new CaptureError(
    "read-failed",
    `Cannot read ${JSON.stringify(path)}: it does not say what was read of a folder; ` +
      "wanted: another -watch-state, or none there to read every file again",
  );
}

/** Replaces it at once, so that a crash leaves the old one or the new one. */
async function saveState(path: string, files: WatchedFiles): Promise<void> {
  try {
    await Deno.writeTextFile(newOf(path), encodeWatched(files.files));
    await Deno.rename(newOf(path), path);
  } catch (cause) {
    const message = `Cannot remember in ${JSON.stringify(path)} what was read: ${messageOf(cause)}`;
    throw new CaptureError("read-failed", message, { cause });
  }
}

function newOf(path: string): string {
  return `${path}.new`;
}
