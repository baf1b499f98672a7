/** Every frame of every capture that is there: our own and, where they are present, the shared ones. */
import { gunzipSync } from "node:zlib";
import { CaptureParser } from "../../lib/capture/capture_parser.ts";

/** One frame as its capture file holds it. */
export interface Frame {
  /** From 1 on, as tshark counts. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly sec: number;
  readonly nsec: number;
  readonly linkType: number;
}

/** A capture and what tshark says of its frames. */
export interface Capture {
  /** `own/ntp.pcap`; of a shared one the path below their folder: `ntp.pcap`, `ja4/tls12.pcap`. */
  readonly name: string;
  readonly url: URL;
  /** A table of tshark's values, one line a frame; may not exist. */
  readonly expected: URL;
}

const OWN = new URL("../captures/", import.meta.url);
const OWN_FOLDERS = ["", "crafted/"];
const SHARED = new URL("../../../shared/captures/", import.meta.url);
const SHARED_FOLDERS = ["", "hostile/", "ja4/"];

/** All captures in the order of their names. */
export function captures(): Capture[] {
  const own = OWN_FOLDERS.flatMap((folder) => {
    const url = new URL(folder, OWN);
    return captureNames(url).map((name) => ({
      name: `own/${folder}${name}`,
      url: new URL(name, url),
      expected: new URL(`${stem(name)}.tsv`, url),
    }));
  });
  const shared = SHARED_FOLDERS.flatMap((folder) => {
    const url = new URL(folder, SHARED);
    return captureNames(url).map((name) => ({
      name: folder + name,
      url: new URL(name, url),
      expected: new URL(`expected/${folder}${expectedName(name)}.tsv.gz`, SHARED),
    }));
  });
  return [...own, ...shared];
}

/** Whether the shared captures are present. */
export function hasSharedCaptures(): boolean {
  return captureNames(SHARED).length > 0;
}

function captureNames(folder: URL): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
      /\.pcap(ng)?$/.test(name)
    ).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function stem(name: string): string {
  return name.replace(/\.pcap(ng)?$/, "");
}

/** Two captures differ in their suffix only. */
function expectedName(name: string): string {
  return stem(name) === "empty" ? name : stem(name);
}

/** The frames of a capture up to where it is broken, each with bytes of its own. */
export function framesOf({ url }: Capture): Frame[] {
  const frames: Frame[] = [];
  const parser = new CaptureParser({
    packet(bytes, at, end, originalLength, sec, nsec, linkType) {
      const number = frames.length + 1;
      frames.push({ number, bytes: bytes.slice(at, end), originalLength, sec, nsec, linkType });
    },
  });
  parser.push(Deno.readFileSync(url));
  parser.end();
  return frames;
}

/** One line of a table: cells by column. */
export type Row = ReadonlyMap<string, string>;

/** What a capture's table says, a line for each frame; undefined where there is no table. */
export function readTable({ expected }: Capture): Row[] | undefined {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(expected);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (expected.pathname.endsWith(".gz")) bytes = gunzipSync(bytes);
  const lines = new TextDecoder().decode(bytes).replace(/\n$/, "").split("\n");
  const [columns, ...rows] = lines.map((line) => line.split("\t"));
  return rows.map((cells) => new Map(columns!.map((column, index) => [column, cells[index]!])));
}
