/** Reads IPFIX as RFC 7011 has it, by the templates that come with it. */
import { assert } from "@std/assert";

/** One message: its header, whether templates are in it, and its records by the numbers of elements. */
export interface ReadMessage {
  readonly domain: number;
  readonly sequence: number;
  readonly hasTemplates: boolean;
  readonly records: readonly ReadonlyMap<number, Uint8Array>[];
}

type Template = readonly (readonly [element: number, bytes: number])[];

/** What one session has sent. */
export class IpfixReader {
  readonly #templates = new Map<string, Template>();

  /** Reads one message, which must be whole. */
  read(bytes: Uint8Array): ReadMessage {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    assert(view.getUint16(0) === 10 && view.getUint16(2) === bytes.length);
    const domain = view.getUint32(12);
    const records: Map<number, Uint8Array>[] = [];
    let hasTemplates = false;
    for (let at = 16; at < bytes.length;) {
      const [id, length] = [view.getUint16(at), view.getUint16(at + 2)];
      assert(length >= 4 && at + length <= bytes.length);
      const end = at + length;
      at += 4;
      if (id === 2) {
        hasTemplates = true;
        while (at < end) at = this.#readTemplate(view, at, domain);
      } else {
        const template = this.#templates.get(`${domain} ${id}`);
        assert(template !== undefined, `no template ${id} of domain ${domain}`);
        while (at < end) {
          const record = new Map<number, Uint8Array>();
          for (const [element, size] of template) {
            record.set(element, bytes.subarray(at, at + size));
            at += size;
          }
          records.push(record);
        }
      }
      assert(at === end);
    }
    return { domain, sequence: view.getUint32(8), hasTemplates, records };
  }

  #readTemplate(view: DataView, at: number, domain: number): number {
    const [id, count] = [view.getUint16(at), view.getUint16(at + 2)];
    const fields = Array.from({ length: count }, (_, field) => {
      const from = at + 4 + 4 * field;
      return [view.getUint16(from), view.getUint16(from + 2)] as const;
    });
    this.#templates.set(`${domain} ${id}`, fields);
    return at + 4 + 4 * count;
  }
}

/** The whole messages that a stream begins with. */
export function messagesOf(stream: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at + 4 <= stream.length;) {
    const length = (stream[at + 2]! << 8) | stream[at + 3]!;
    if (at + length > stream.length) break;
    messages.push(stream.subarray(at, at + length));
    at += length;
  }
  return messages;
}

const FLOW_ID = 148;

/** The `ConnectionID` of each record. */
export function flowIds(messages: readonly ReadMessage[]): number[] {
  return messages.flatMap(({ records }) =>
    records.map((record) => {
      const bytes = record.get(FLOW_ID)!;
      return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
    })
  );
}
