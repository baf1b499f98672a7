/**
 * Prints, as JSON on standard error, how many bytes the heap grows while packets of the captures that
 * are named are decoded. To be run by itself, with V8's young generation made so large that nothing is collected meanwhile.
 */
import type { Decoder } from "../../lib/decode/decoder.ts";
import { SENSOR_DEFAULTS } from "../../lib/base/sensor_defaults.ts";
import { Dissector } from "../../lib/decode/dissect.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { Conversations } from "../../lib/follow/conversations.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { datagram, segment } from "../follow/packets.ts";
import { type Frame, framesOf } from "./captured_frames.ts";
import { LayerWalk } from "./walk_layers.ts";

/** What was measured, in bytes. */
export interface Growth {
  /** A packet, over a million packets of all captures, with the sensor's own options. */
  readonly perPacket: number;
  /** Names of decoders of which no small packet has a record. */
  readonly unmeasured: readonly string[];
  /** A packet, over 100,000 small ones, with all options. */
  readonly perPacketWithEverything: number;
  /** A packet of a conversation that is known, over a million of them. */
  readonly perFollowedPacket: number;
  /** A record, by the decoder's name, over 100,000 small packets that have it. */
  readonly perRecord: Record<string, number>;
}

const USUAL = { payload: false, context: true, entropy: false };
const EVERYTHING = { payload: true, context: true, entropy: true };
/** In larger ones may be fields that are copied by a view. */
const SMALL_BYTES = 300;
/** The compiler allocates, too: as many rounds may pass until it is done. */
const MAX_ROUNDS = 8;

/** The growth per packet of the first round in which it is below one byte, or of the last. */
function growth(dissector: Dissector, frames: readonly Frame[], packets: number): number {
  let bytes = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = Deno.memoryUsage().heapUsed;
    dissect(dissector, frames, packets);
    bytes = (Deno.memoryUsage().heapUsed - before) / packets;
    if (bytes < 1) break;
  }
  return bytes;
}

/** Decodes frames in turn. Their times are made up: reading large ones would allocate. */
function dissect(dissector: Dissector, frames: readonly Frame[], packets: number): void {
  for (let packet = 0; packet < packets;) {
    for (const { bytes, linkType } of frames) {
      dissector.packet(bytes, 0, bytes.length, bytes.length, 1700000000, packet, linkType);
      if (++packet === packets) return;
    }
  }
}

const frames = Deno.args.flatMap((href) => framesOf({ url: new URL(href) }));
const smallFrames = frames.filter(({ bytes }) => bytes.length <= SMALL_BYTES);
const framesOfDecoder = new Map<Decoder, Set<Frame>>(DECODERS.map((each) => [each, new Set()]));
const walk = new LayerWalk(USUAL);
for (const frame of smallFrames) {
  walk.run(
    frame,
    frame.bytes,
    frame.bytes.length,
    (decoder) => framesOfDecoder.get(decoder)!.add(frame),
  );
}

/** A batch is an allocation, so there are few, and their buffers are used again. */
const sink = new Batches(1 << 18, (batch) => sink.recycle(batch));
const usual = new Dissector(DECODERS, sink, USUAL);
const conversations = new Conversations(SENSOR_DEFAULTS.follow, sink, true, new Uint8Array(12));
const following = new Dissector(DECODERS, sink, USUAL, undefined, [], undefined, conversations);
const client = { address: "10.0.0.1", port: 40000 };
const server = { address: "10.0.0.2", port: 8080 };
const followed = [
  segment(client, server, { seq: 0x90000000, payload: 100 }),
  segment(server, client, { seq: 7, payload: 1000, vlan: 5 }),
  segment(server, client, { seq: 7, payload: 1000 }),
  datagram(client, server, { payload: 10 }),
  datagram(server, client, { payload: 900 }),
];
const measured: Growth = {
  perFollowedPacket: growth(following, followed.map((each) => ({ ...each, number: 1 })), 1_000_000),
  perPacket: growth(usual, frames, 1_000_000),
  perRecord: Object.fromEntries(
    [...framesOfDecoder].filter(([, frames]) => frames.size > 0).map((
      [{ name }, frames],
    ) => [name, growth(usual, [...frames], 100_000)]),
  ),
  unmeasured: [...framesOfDecoder].filter(([, frames]) => frames.size === 0)
    .map(([{ name }]) => name),
  perPacketWithEverything: growth(
    new Dissector(DECODERS, sink, EVERYTHING),
    smallFrames,
    100_000,
  ),
};
console.error(JSON.stringify(measured));
