import {
  IPFIX_TEMPLATES,
  type IpfixTemplate,
  IPV4_TEMPLATE,
  IPV6_TEMPLATE,
} from "./ipfix_elements.ts";
import type { IpfixFlow } from "./ipfix_flow.ts";

/**
 * A message of RFC 7011, section 3: version 10 (2 octets), its length (2), when it was sent (4, seconds
 * since 1970), the number of data records of its domain that were sent before it (4), the observation
 * domain (4); then sets, each with its number (2) and length (2).
 */
const HEADER_BYTES = 16;
const VERSION = 10;
const LENGTH_AT = 2;
const TIME_AT = 4;
const SEQUENCE_AT = 8;
const DOMAIN_AT = 12;
const SET_BYTES = 4;
const TEMPLATE_SET = 2;

/** A message with data records. Its time and number are written when it is sent. */
export interface DataMessage {
  readonly domain: number;
  readonly records: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Puts records into messages of one domain each, in their order. */
export class IpfixMessages {
  readonly #maxBytes: number;
  #full: DataMessage[] = [];
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #records = 0;
  #domain = 0;
  #template: IpfixTemplate | undefined;
  #setAt = 0;

  /** @param maxBytes Of a message: 65,535 at most. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many messages are full. */
  get full(): number {
    return this.#full.length;
  }

  /** Adds the record of what `side` of a flow has sent. */
  add(domain: number, flow: IpfixFlow, side: 0 | 1): void {
    const template = flow.isIpv6 ? IPV6_TEMPLATE : IPV4_TEMPLATE;
    const isNewSet = template !== this.#template;
    const needed = template.recordBytes + (isNewSet ? SET_BYTES : 0);
    if (this.#records > 0 && (domain !== this.#domain || this.#at + needed > this.#maxBytes)) {
      this.#end();
    }
    if (this.#records === 0) this.#begin(domain);
    if (template !== this.#template) this.#beginSet(template);
    for (const element of template.elements) {
      element.write(this.#view, this.#at, flow, side);
      this.#at += element.bytes;
    }
    this.#records++;
  }

  /** The messages that are full. */
  takeFull(): DataMessage[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** All of them. */
  takeAll(): DataMessage[] {
    if (this.#records > 0) this.#end();
    return this.takeFull();
  }

  #begin(domain: number): void {
    this.#bytes = new Uint8Array(this.#maxBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#domain = domain;
    this.#at = HEADER_BYTES;
    this.#template = undefined;
  }

  #beginSet(template: IpfixTemplate): void {
    this.#endSet();
    this.#template = template;
    this.#setAt = this.#at;
    this.#view.setUint16(this.#at, template.id);
    this.#at += SET_BYTES;
  }

  #endSet(): void {
    if (this.#template !== undefined) {
      this.#view.setUint16(this.#setAt + 2, this.#at - this.#setAt);
    }
  }

  #end(): void {
    this.#endSet();
    writeHeader(this.#view, this.#at, this.#domain);
    const bytes = this.#bytes.subarray(0, this.#at);
    this.#full.push({ domain: this.#domain, records: this.#records, bytes });
    this.#records = 0;
    this.#template = undefined;
  }
}

/** How often templates are sent again to a collector that may have missed them: after so much of either. */
export interface TemplateRefresh {
  readonly messages: number;
  readonly ms: number;
}

/** What one session of a transport has been sent: which templates, and how many records. */
export class IpfixSession {
  readonly #refresh: TemplateRefresh | undefined;
  readonly #domains = new Map<number, DomainState>();

  /** @param refresh Without it, once. */
  constructor(refresh?: TemplateRefresh) {
    this.#refresh = refresh;
  }

  /**
   * What to send of a message: it, with time and number written into it, behind one with the templates if
   * these are due.
   */
  sendable(message: DataMessage, nowMs: number): Uint8Array<ArrayBuffer>[] {
    const state = this.#domains.get(message.domain) ?? { sequence: 0, messages: 0 };
    this.#domains.set(message.domain, state);
    const sent: Uint8Array<ArrayBuffer>[] = [];
    if (this.#isDue(state, nowMs)) {
      state.templatesAtMs = nowMs;
      state.messages = 0;
      sent.push(stamped(templateMessage(message.domain), state.sequence, nowMs));
    }
    sent.push(stamped(message.bytes, state.sequence, nowMs));
    state.sequence = (state.sequence + message.records) >>> 0;
    state.messages++;
    return sent;
  }

  #isDue({ templatesAtMs, messages }: DomainState, nowMs: number): boolean {
    if (templatesAtMs === undefined) return true;
    const refresh = this.#refresh;
    if (refresh === undefined) return false;
    return messages >= refresh.messages || nowMs - templatesAtMs >= refresh.ms;
  }
}

interface DomainState {
  /** Data records so far, modulo 2^32. */
  sequence: number;
  /** Messages since the templates. */
  messages: number;
  templatesAtMs?: number;
}

function stamped(
  bytes: Uint8Array<ArrayBuffer>,
  sequence: number,
  nowMs: number,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(TIME_AT, Math.floor(nowMs / 1000));
  view.setUint32(SEQUENCE_AT, sequence);
  return bytes;
}

/** A set of templates, RFC 7011, section 3.4.1: each its number and how many elements, these with octets. */
function templateMessage(domain: number): Uint8Array<ArrayBuffer> {
  const records = IPFIX_TEMPLATES.map(({ id, elements }) => [
    ...[id, elements.length],
    ...elements.flatMap((element) => [element.id, element.bytes]),
  ]);
  const words = records.flat();
  const bytes = new Uint8Array(HEADER_BYTES + SET_BYTES + 2 * words.length);
  const view = new DataView(bytes.buffer);
  writeHeader(view, bytes.length, domain);
  view.setUint16(HEADER_BYTES, TEMPLATE_SET);
  view.setUint16(HEADER_BYTES + 2, bytes.length - HEADER_BYTES);
  words.forEach((word, at) => view.setUint16(HEADER_BYTES + SET_BYTES + 2 * at, word));
  return bytes;
}

function writeHeader(view: DataView, length: number, domain: number): void {
  view.setUint16(0, VERSION);
  view.setUint16(LENGTH_AT, length);
  view.setUint32(DOMAIN_AT, domain);
}
