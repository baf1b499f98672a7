/** Records of a capture as a sensor makes them, with redaction and without. */
import type { RecordSink } from "../../../lib/base/record/record_sink.ts";
import { SENSOR_DEFAULTS } from "../../../lib/base/sensor_defaults.ts";
import { WireWriter } from "../../../lib/base/record/wire_writer.ts";
import { Dissector } from "../../../lib/decode/dissect.ts";
import { Reassembly } from "../../../lib/decode/reassembly.ts";
import { dnsOverTcp } from "../../../lib/decode/application/dns_over_tcp.ts";
import { DECODERS } from "../../../lib/decode/registry.ts";
import { Conversations } from "../../../lib/follow/conversations.ts";
import { Streams } from "../../../lib/follow/streams/streams.ts";
import type { LeftOut, RedactOptions } from "../../../lib/gather/redact_options.ts";
import { RedactingSink } from "../../../lib/gather/redact/redacting_sink.ts";
import type { Frame } from "../../decode/captured_frames.ts";

const STREAM_OPTIONS = { isWanted: () => true, hasCredentials: true, hasContext: true };

/** A record as it is on the wire. */
export interface MadeRecord {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/**
 * The records of frames in their order, connections last, and what was left out of them.
 *
 * @param maxBytes Memory for connections.
 */
export function recordsOf(
  frames: Iterable<Frame>,
  redact?: RedactOptions,
  maxBytes: number = SENSOR_DEFAULTS.follow.maxBytes,
): { readonly records: MadeRecord[]; readonly leftOut: LeftOut } {
  const kept = new KeptRecords();
  using redacting = redact && new RedactingSink(kept, redact);
  const sink = redacting ?? kept;
  const conversations = new Conversations(
    { ...SENSOR_DEFAULTS.follow, maxBytes, hasCredentials: true, hasProfiles: true },
    sink,
    true,
    new Uint8Array(12),
    (connections) => new Streams(connections, sink, STREAM_OPTIONS),
    redacting?.pseudonyms,
    { devices: true, ips: true },
  );
  const dissector = new Dissector(
    DECODERS.filter((decoder) => decoder !== dnsOverTcp),
    sink,
    { payload: false, context: true, entropy: true },
    () => true,
    [],
    undefined,
    conversations,
    new Reassembly(),
  );
  for (const { bytes, originalLength, sec, nsec, linkType } of frames) {
    dissector.packet(bytes, 0, bytes.length, originalLength, sec, nsec, linkType);
  }
  for (const _ of conversations.end());
  return { records: kept.records, leftOut: new Map(redacting?.leftOut) };
}

class KeptRecords implements RecordSink {
  readonly records: MadeRecord[] = [];
  readonly #writer = new WireWriter(4096);

  begin(): WireWriter {
    this.#writer.at = 0;
    this.#writer.recordAt = 0;
    this.#writer.overflowed = false;
    return this.#writer;
  }

  commit(type: number): boolean {
    if (this.#writer.overflowed) return false;
    this.records.push({ type, bytes: this.#writer.bytes.slice(0, this.#writer.at) });
    return true;
  }

  rewind(): void {}
}
