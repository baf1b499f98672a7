import { mailId, wantsMails, writeMail } from "./mail_record.ts";
import { MailText } from "./mail_text.ts";
import type { Ends, Moment, StreamRecords } from "./stream_records.ts";

/** Mails that a record of a connection names; those behind have records of their own all the same. */
const MAX_IDS = 256;
/** To whom a mail is; those behind are not kept, nor is what is longer. RFC 5321, section 4.5.3.1. */
const MAX_RECIPIENTS = 100;
const MAX_PATH = 256;
const CHARACTER_BYTES = 2;
const ID_BYTES = 64;

/**
 * The mails that one connection carries, one after the other: their records, where these are wanted. One
 * whose header says nothing has none.
 */
export class MailsOfConnection {
  /** Names of their records. */
  readonly ids: string[] = [];
  readonly #isWanted: boolean;
  #count = 0;
  #text: MailText | undefined;
  #at: Moment = { sec: 0, nsec: 0 };
  #sender = "";
  #recipients: string[] = [];

  constructor(
    private readonly records: StreamRecords,
    private readonly ends: Ends,
    private readonly origin: "SMTP" | "POP3",
  ) {
    this.#isWanted = wantsMails(records);
  }

  /** What it keeps, roughly. */
  get keptBytes(): number {
    const paths = this.#recipients.reduce((sum, { length }) => sum + length, this.#sender.length);
    return (this.#text?.keptBytes ?? 0) + CHARACTER_BYTES * paths + ID_BYTES * this.ids.length;
  }

  /** Who sends the next one; whom it is to comes then. Of one that was given up nothing more comes. */
  from(sender: string): void {
    this.end();
    this.#sender = sender.slice(0, MAX_PATH);
    this.#recipients = [];
  }

  /** To whom the next one is, too. */
  to(recipient: string): void {
    if (this.#recipients.length < MAX_RECIPIENTS) {
      this.#recipients.push(recipient.slice(0, MAX_PATH));
    }
  }

  /** What reads the next one, up to a line that is one dot; undefined when nobody wants records of mails. */
  begin(isDotted = true): MailText | undefined {
    if (!this.#isWanted) return undefined;
    this.#at = this.records.now();
    return this.#text = new MailText(isDotted);
  }

  /** Reads a part of one that comes in chunks of known length. RFC 3030. */
  readChunk(bytes: Uint8Array, at: number, end: number): void {
    (this.#text ?? this.begin(false))?.read(bytes, at, end);
  }

  /** Says that the one that was begun, if one was, has passed, or that nothing more of it comes. */
  end(): void {
    const text = this.#text;
    if (text === undefined) return;
    this.#text = undefined;
    if (text.header.isEmpty) return;
    this.#count++;
    const carried = { origin: this.origin, at: this.#at, number: this.#count };
    writeMail(this.records, this.ends, text, {
      ...carried,
      sender: this.#sender,
      recipients: this.#recipients,
    });
    if (this.ids.length < MAX_IDS) this.ids.push(mailId(this.records, this.ends, this.#count));
    this.#sender = "";
    this.#recipients = [];
  }
}
