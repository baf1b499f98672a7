import { FarcapError, messageOf, StoreError } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { unlessAborted } from "../../base/wait/unless_aborted.ts";
import { backoffMs } from "../../transport/backoff.ts";
import { Outage } from "../../transport/outage.ts";
import type { IpfixLink } from "./ipfix_link_io.ts";
import { type DataMessage, IpfixSession, type TemplateRefresh } from "./ipfix_message.ts";

/** How messages go to a collector. */
export interface IpfixSenderOptions {
  /** The collector, for what is said. */
  readonly name: string;
  open(signal: AbortSignal): Promise<IpfixLink>;
  /** Without it templates are sent once a link. */
  readonly refresh?: TemplateRefresh;
  /** Whether what was sent on a link that broke is sent again, unless it has been confirmed before. */
  readonly sendsAgain: boolean;
  /** Whether to try again for as long as it takes, and not for 30 s only. */
  readonly isPatient: boolean;
  /** Ends the export: from then on there are 5 s. */
  readonly signal?: AbortSignal | undefined;
  readonly say: (line: string) => void;
}

const PATIENCE_MS = 30_000;
const STOP_MS = 5000;
const FINISH_MS = 10_000;

/** Sends messages in their order, and opens another link when one breaks. */
export class IpfixSender {
  readonly #options: IpfixSenderOptions;
  #link: IpfixLink | undefined;
  #session = new IpfixSession();
  #waiting: DataMessage[] = [];
  /** Sent on this link, and to be sent again if it breaks. */
  #unconfirmed: DataMessage[] = [];
  #unconfirmedBytes = 0;
  #tries = 0;
  #workedAt = performance.now();
  #outage: Outage | undefined;
  readonly #end = new AbortController();
  #stopTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: IpfixSenderOptions) {
    this.#options = options;
    options.signal?.addEventListener("abort", this.#stop);
    if (options.signal?.aborted) this.#stop();
  }

  /** Bytes that are kept until they are confirmed. */
  get unconfirmedBytes(): number {
    return this.#unconfirmedBytes;
  }

  /**
   * Sends messages, and again what a broken link may have lost.
   *
   * @throws {StoreError} "write-failed" when that is given up.
   */
  async send(messages: readonly DataMessage[]): Promise<void> {
    this.#waiting.push(...messages);
    while (this.#waiting.length > 0 || this.#hasLost) {
      try {
        if (this.#link?.broken !== undefined) throw this.#link.broken;
        const link = await this.#open();
        const message = this.#waiting.shift()!;
        try {
          for (const bytes of this.#session.sendable(message, Date.now())) {
            await unlessAborted(link.write(bytes, message.records), this.#end.signal);
          }
        } catch (cause) {
          this.#waiting.unshift(message);
          throw cause;
        }
        this.#worked();
        if (!this.#options.sendsAgain) continue;
        this.#unconfirmed.push(message);
        this.#unconfirmedBytes += message.bytes.length;
      } catch (cause) {
        await this.#recover(cause);
      }
    }
  }

  /** What has been sent need not be sent again. */
  confirm(): void {
    this.#unconfirmed = [];
    this.#unconfirmedBytes = 0;
  }

  /** Ends the link when the collector has read all that was sent; that it does not say so is said. */
  async finish(): Promise<void> {
    for (;;) {
      await this.send([]);
      if (this.#link === undefined) return;
      try {
        const hasRead = await unlessAborted(this.#link.finish(FINISH_MS), this.#end.signal);
        if (!hasRead) {
          const seconds = FINISH_MS / 1000;
          this.#options.say(
            `${this.#options.name}: not closed within ${seconds} s: whether all was read is not known`,
          );
        }
        this.#closeLink();
        return;
      } catch (cause) {
        await this.#recover(cause);
      }
    }
  }

  close(): void {
    clearTimeout(this.#stopTimer);
    this.#options.signal?.removeEventListener("abort", this.#stop);
    this.#closeLink();
  }

  get #hasLost(): boolean {
    return this.#link?.broken !== undefined && this.#unconfirmed.length > 0;
  }

  async #open(): Promise<IpfixLink> {
    if (this.#link !== undefined) return this.#link;
    this.#link = await unlessAborted(this.#options.open(this.#end.signal), this.#end.signal);
    this.#session = new IpfixSession(this.#options.refresh);
    return this.#link;
  }

  #worked(): void {
    if (this.#outage !== undefined) this.#options.say(`${this.#options.name}: sending again`);
    this.#outage = undefined;
    this.#tries = 0;
    this.#workedAt = performance.now();
  }

  /** Puts back what the link may have lost, and waits for the next try. */
  async #recover(cause: unknown): Promise<void> {
    const { name, say, isPatient } = this.#options;
    this.#closeLink();
    this.#waiting.unshift(...this.#unconfirmed);
    this.confirm();
    if (cause instanceof FarcapError) throw cause;
    const nowMs = performance.now();
    const sinceMs = nowMs - this.#workedAt;
    if (!isPatient && sinceMs >= PATIENCE_MS) throw this.#givingUp(messageOf(cause));
    this.#outage ??= new Outage(this.#workedAt);
    const words = this.#outage.say(messageOf(cause), nowMs);
    if (words !== undefined) say(`Cannot send to ${name}${words}`);
    await rest(backoffMs(++this.#tries, sinceMs, 0, Math.random()), this.#end.signal);
    if (this.#end.signal.aborted) throw this.#end.signal.reason;
  }

  #closeLink(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  #givingUp(why: string): StoreError {
    return new StoreError(
      "write-failed",
      `Cannot send to ${this.#options.name}: ${why}; what is left is for the next run`,
    );
  }

  readonly #stop = () => {
    const end = () => this.#end.abort(this.#givingUp("not all was taken before the export ended"));
    this.#stopTimer = setTimeout(end, STOP_MS);
  };
}
