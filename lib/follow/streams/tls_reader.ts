/** The hellos of TLS over TCP, over as many segments and records as they take. RFC 8446, section 5.1. */
import { concat, u16, u24 } from "../../base/bytes/bytes.ts";
import type { Inventory } from "./inventory.ts";
import type { Reader, ReaderState } from "./reader.ts";
import type { Ends, StreamRecords } from "./stream_records.ts";
import { parseClientHello, writeClientHello } from "./tls_client_hello.ts";
import { isRetryRequest, parseServerHello, writeServerHello } from "./tls_server_hello.ts";
import { CLIENT_HELLO, HANDSHAKE_HEADER_BYTES, SERVER_HELLO } from "./tls_spans.ts";

const RECORD_HEADER_BYTES = 5;
const CHANGE_CIPHER_SPEC = 20;
const HANDSHAKE = 22;

export class TlsReader implements Reader {
  readonly application = "TLS";
  state: ReaderState = "more";
  readonly keptBytes = 0;
  #isClientDone = false;
  #isServerDone = false;
  /** Client hellos read; a second one comes only if the server asks for it. */
  #clientHellos = 0;

  constructor(
    private readonly records: StreamRecords,
    private readonly inventory: Inventory,
    private readonly ends: Ends,
  ) {}

  read(fromClient: boolean, bytes: Uint8Array, at: number, end: number): number {
    while (end - at >= RECORD_HEADER_BYTES && !this.#isOver(fromClient)) {
      const recordEnd = at + RECORD_HEADER_BYTES + u16(bytes, at + 3);
      if (bytes[at] === CHANGE_CIPHER_SPEC) { // in between, for middleboxes: RFC 8446, D.4
        if (recordEnd > end) return at;
        at = recordEnd;
        continue;
      }
      if (bytes[at] !== HANDSHAKE) {
        this.ended(fromClient);
        break;
      }
      const type = fromClient ? CLIENT_HELLO : SERVER_HELLO;
      const found = handshakeMessage(type, bytes, at, end);
      if (found === undefined) {
        this.ended(fromClient);
        break;
      }
      if (found.message === undefined) return at;
      this.#take(fromClient, found.message, bytes, at);
      at = found.next;
    }
    return this.#isOver(fromClient) ? end : at;
  }

  ended(fromClient: boolean): void {
    if (fromClient) this.#isClientDone = true;
    else this.#isServerDone = true;
    if (this.#isClientDone && this.#isServerDone) this.state = "done";
  }

  close(): void {}

  #isOver(fromClient: boolean): boolean {
    return fromClient ? this.#isClientDone : this.#isServerDone;
  }

  #take(fromClient: boolean, message: Uint8Array, bytes: Uint8Array, at: number): void {
    const carrier = {
      recordType: bytes[at]!,
      recordVersion: u16(bytes, at + 1),
      recordBytes: u16(bytes, at + 3),
      quicVersion: 0,
    };
    const body = message.subarray(HANDSHAKE_HEADER_BYTES);
    if (fromClient) {
      const hello = parseClientHello(body);
      if (hello === undefined) return this.#break();
      writeClientHello(this.records, this.ends, hello, message, carrier);
      if (++this.#clientHellos > 1) this.ended(true);
    } else {
      const hello = parseServerHello(body);
      if (hello === undefined) return this.#break();
      writeServerHello(this.records, this.ends, hello, carrier);
      this.inventory.service(this.ends, "TCP", this.application);
      if (isRetryRequest(hello)) return;
      this.ended(true);
      this.ended(false);
    }
  }

  #break(): void {
    this.state = "broken";
    this.#isClientDone = this.#isServerDone = true;
  }
}

/**
 * The handshake message that begins with the record at `at`, and where what is behind it begins: copied
 * where it is in several records. No message while it is not whole; undefined if it is none of this type,
 * or something else is where it goes on.
 */
function handshakeMessage(
  type: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): { message?: Uint8Array; next: number } | undefined {
  const parts: Uint8Array[] = [];
  let length = 0;
  let wanted = Infinity;
  while (end - at >= RECORD_HEADER_BYTES) {
    const from = at + RECORD_HEADER_BYTES;
    const recordEnd = from + u16(bytes, at + 3);
    const to = Math.min(recordEnd, end);
    if (bytes[at] !== HANDSHAKE || recordEnd === from) return undefined;
    if (length === 0 && to > from && bytes[from] !== type) return undefined;
    parts.push(bytes.subarray(from, to));
    length += to - from;
    if (wanted === Infinity && length >= HANDSHAKE_HEADER_BYTES) {
      wanted = HANDSHAKE_HEADER_BYTES + u24(whole(parts), 1);
    }
    // Other messages may follow in the same record: none that is read after a hello.
    if (length >= wanted) return { message: whole(parts).subarray(0, wanted), next: to };
    if (recordEnd > end) break;
    at = recordEnd;
  }
  return { next: at };
}

function whole(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : concat(parts);
}
