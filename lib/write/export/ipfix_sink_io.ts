import { crc32 } from "node:zlib";
import type { DescMessage } from "@bufbuild/protobuf";
import { counted } from "../../base/text/counted.ts";
import { type Connection, ConnectionSchema } from "../../../proto/gen/netcap_pb.ts";
import type { PrintedRecord } from "../read/printed_record.ts";
import type { ExportSink } from "./export_sink.ts";
import type { CollectorTarget } from "./export_target.ts";
import { ipfixFlow } from "./ipfix_flow.ts";
import { linkName, openTcpLink, openUdpLink } from "./ipfix_link_io.ts";
import { type DataMessage, IpfixMessages } from "./ipfix_message.ts";
import { IpfixSender } from "./ipfix_sender_io.ts";

/** A datagram fits into the smallest packets that links of IPv6 must take: 1,280 bytes with its headers. */
const UDP_MESSAGE_BYTES = 1232;
const TCP_MESSAGE_BYTES = 16_384;
/** Templates come again at least so often over UDP. */
const REFRESH = { messages: 16, ms: 30_000 };
/** Messages that wait to be sent. */
const FLUSH_MESSAGES = 16;
/** Bytes after which a commit is due, as they are kept until then. */
const COMMIT_BYTES = 1 << 20;

/** What a sink of IPFIX needs besides its target. */
export interface IpfixSinkOptions {
  /** Flows a second over UDP, where nothing else keeps a collector from losing them. */
  readonly rate: number;
  /** Whether to wait for a collector as long as it takes. */
  readonly isPatient: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly say: (line: string) => void;
}

/**
 * Connections as flows of IPFIX (RFC 7011), a flow a direction, to a collector. Committed is what has been
 * sent: over UDP nobody knows what arrived; over TCP what a connection has lost that broke since the last
 * commit is sent again, and an export that ends waits until the collector has read all.
 */
export class IpfixSink implements ExportSink {
  readonly #messages: IpfixMessages;
  readonly #sender: IpfixSender;
  readonly #domains = new Map<string, number>();
  readonly #say: (line: string) => void;
  #leftOut = 0;

  constructor(
    { transport, address }: CollectorTarget,
    { rate, ...options }: IpfixSinkOptions,
  ) {
    const isUdp = transport === "udp";
    this.#say = options.say;
    this.#messages = new IpfixMessages(isUdp ? UDP_MESSAGE_BYTES : TCP_MESSAGE_BYTES);
    this.#sender = new IpfixSender({
      ...options,
      name: linkName(transport, address),
      open: (signal) => isUdp ? openUdpLink(address, rate) : openTcpLink(address, signal),
      ...(isUdp && { refresh: REFRESH }),
      sendsAgain: !isUdp,
    });
  }

  takes(schema: DescMessage): boolean {
    return schema.typeName === ConnectionSchema.typeName;
  }

  add({ client, message }: PrintedRecord): boolean {
    const flow = ipfixFlow(message as unknown as Connection);
    if (flow === undefined) {
      this.#leftOut++;
      return false;
    }
    for (const side of [0, 1] as const) {
      if (flow.packets[side] > 0n) this.#messages.add(this.#domainOf(client), flow, side);
    }
    return this.#messages.full >= FLUSH_MESSAGES;
  }

  async flush(): Promise<void> {
    await this.#send(this.#messages.takeFull());
  }

  get isFull(): boolean {
    return this.#sender.unconfirmedBytes >= COMMIT_BYTES;
  }

  async commit(): Promise<null> {
    await this.#send(this.#messages.takeAll());
    return null;
  }

  committed(): Promise<void> {
    this.#sender.confirm();
    return Promise.resolve();
  }

  async finish(): Promise<void> {
    await this.commit();
    await this.#sender.finish();
    if (this.#leftOut === 0) return;
    this.#say(
      `${counted(this.#leftOut, "connection")} left out: the addresses are no IP addresses`,
    );
    this.#leftOut = 0;
  }

  close(): void {
    this.#sender.close();
  }

  async #send(messages: readonly DataMessage[]): Promise<void> {
    await this.#sender.send(messages);
  }

  /** The same each time: the CRC-32 (ISO 3309, as zlib's) of the client's name; 0 would be none. */
  #domainOf(client: string): number {
    const domain = this.#domains.get(client) ?? (crc32(client) || 1);
    this.#domains.set(client, domain);
    return domain;
  }
}
