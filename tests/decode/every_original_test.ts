/**
 * Every capture of which the original's records are there: for the types that we have, ours are the
 * same, line by line in the form in which its dump prints them.
 */
import { assert, assertEquals } from "@std/assert";
import { DECODERS } from "../../lib/decode/registry.ts";
import { jsonFormat } from "../../lib/write/json_format.ts";
import { captures, framesOf } from "./captured_frames.ts";
import { decodeFrame } from "./decode_frame.ts";

const ORIGINAL = new URL("../../../shared/captures/original/", import.meta.url);
/** Some of their records are of layers that we do not decode: tunnels, and a link type. */
const NOT_DECODED = ["geneve.pcap", "mpls-traceroute.pcap", "vxlan.pcap"];

for (const capture of captures()) {
  const folder = new URL(`${capture.name.replace(/\.pcap(ng)?$/, "")}/`, ORIGINAL);
  const types = typesIn(folder);
  if (types.size === 0 || NOT_DECODED.includes(capture.name)) continue;
  Deno.test(`the records of ${capture.name} are the original's`, () => {
    const frames = framesOf(capture).map(({ bytes, sec, nsec, linkType }) =>
      decodeFrame(bytes, { linkType, nanos: BigInt(sec) * 1_000_000_000n + BigInt(nsec) })
    );
    let compared = 0;
    for (const { schema } of DECODERS) {
      if (schema === undefined) continue;
      const print = jsonFormat(schema);
      const ours = frames.flatMap((frame) => frame.recordsOf(schema)).map(print).map(alike);
      if (schema.name === "DNS" && capture.name === "dns_tcp.pcap") continue; // it decodes none
      const theirs = types.has(schema.name) ? readLines(folder, schema.name).map(alike) : [];
      assertEquals(ours.sort(), theirs.sort(), schema.name);
      compared += theirs.length;
    }
    assert(compared > 0);
  });
}

/** The record types of which there are files. */
function typesIn(folder: URL): Set<string> {
  try {
    return new Set([...Deno.readDirSync(folder)].map(({ name }) => name.replace(".jsonl", "")));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Set();
    throw error;
  }
}

function readLines(folder: URL, type: string): string[] {
  return Deno.readTextFileSync(new URL(`${type}.jsonl`, folder)).trim().split("\n");
}

/**
 * Without what differs on purpose: a missing address is no text here. And Go writes U+FFFD for each
 * byte that is no UTF-8, where others write one for several.
 */
function alike(line: string): string {
  return line.replaceAll('"IP":"\\u003cnil\\u003e",', "").replaceAll(/(\\ufffd)+/g, "\\ufffd");
}
