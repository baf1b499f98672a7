import type { RecordSink } from "../../base/record/record_sink.ts";
import { WireWriter } from "../../base/record/wire_writer.ts";
import type { AddressPseudonyms } from "../../follow/address_pseudonyms.ts";
import type { LeftOut, RedactOptions } from "../redact_options.ts";
import { Pseudonyms } from "./pseudonyms.ts";
import { Redaction } from "./redaction.ts";

const SCRATCH_BYTES = 4096;

/** Takes records from those who write them, and gives them on rewritten, see {@linkcode Redaction}. */
export class RedactingSink implements RecordSink, Disposable {
  readonly #inner: RecordSink;
  readonly #pseudonyms: Pseudonyms;
  readonly #redaction: Redaction;
  readonly #scratch = new WireWriter(SCRATCH_BYTES);

  constructor(inner: RecordSink, { key, names }: RedactOptions) {
    this.#inner = inner;
    this.#pseudonyms = new Pseudonyms(key);
    this.#redaction = new Redaction(this.#pseudonyms, names);
  }

  /** For identifiers that are made of addresses. */
  get pseudonyms(): AddressPseudonyms {
    return this.#pseudonyms;
  }

  /** Fields that were left out. */
  get leftOut(): LeftOut {
    return this.#redaction.leftOut;
  }

  begin(_type: number): WireWriter {
    this.#scratch.restart();
    return this.#scratch;
  }

  commit(type: number): boolean {
    const { bytes, at, overflowed } = this.#scratch;
    if (overflowed) return false;
    this.#redaction.record(type, bytes, 0, at, this.#inner.begin(type));
    return this.#inner.commit(type);
  }

  /** Nothing of it has gone on. */
  rewind(_type: number): void {}

  [Symbol.dispose](): void {
    this.#pseudonyms[Symbol.dispose]();
  }
}
