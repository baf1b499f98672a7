/** Every frame of a capture, and what tshark says of it. */
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
  /** `own/ntp.pcap`, `own/crafted/snap.pcap`. */
  readonly name: string;
  readonly url: URL;
  /** A table of tshark's values, one line a frame; may not exist. */
  readonly expected: URL;
}

const OWN = new URL("../captures/", import.meta.url);
const OWN_FOLDERS = ["", "crafted/"];

/** Our own captures, in the order of their names. */
export function captures(): Capture[] {
  return OWN_FOLDERS.flatMap((folder) =>
    capturesIn(new URL(folder, OWN)).map(({ name, url }) => ({
      name: `own/${folder}${name}`,
      url,
      expected: new URL(`${captureStem(name)}.tsv`, url),
    }))
  );
}

/** The capture files of a folder, in the order of their names. */
export function capturesIn(folder: URL): { name: string; url: URL }[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => /\.pcap(ng)?$/.test(name)).sort()
    .map((name) => ({ name, url: new URL(name, folder) }));
}

/** The name of a capture file without its suffix. */
export function captureStem(name: string): string {
  return name.replace(/\.pcap(ng)?$/, "");
}

/** The frames of a capture up to where it is broken, each with bytes of its own. */
export function framesOf({ url }: Pick<Capture, "url">): Frame[] {
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
