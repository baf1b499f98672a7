/** What a client of SMTP orders, and of mails what their headers say. RFC 5321; AUTH: RFC 4954; BDAT: RFC 3030. */
import { typeNumber } from "../../base/record/record_types.ts";
import { tagsOf } from "../../base/record/tags.ts";
import { SMTPSchema } from "../../../proto/netcap_tags.ts";
import { type Login, plainLogin, textOfBase64, writeCredentials } from "./credentials.ts";
import type { Inventory } from "./inventory.ts";
import { DottedText, lineAt, type TextBehind } from "./lines.ts";
import { MailsOfConnection } from "./mails_of_connection.ts";
import type { Reader, ReaderState } from "./reader.ts";
import { type Ends, type Moment, type StreamRecords, writeString } from "./stream_records.ts";

const TAG = tagsOf(SMTPSchema);
const TYPE = typeNumber(SMTPSchema.name);

/** Commands in a record; those behind are read and left out. */
const MAX_COMMANDS = 256;
/** What is kept of a command, roughly. */
const COMMAND_BYTES = 32;
const CHARACTER_BYTES = 2;
/** RFC 5321, 2033, 3030, 3207, 4954, 1985, 2645, 4468; Postfix. Other words may be secrets gone astray. */
const WORDS = new Set([
  ...[
    "HELO",
    "EHLO",
    "LHLO",
    "MAIL",
    "RCPT",
    "DATA",
    "BDAT",
    "RSET",
    "VRFY",
    "EXPN",
    "HELP",
    "NOOP",
  ],
  ...["QUIT", "AUTH", "STARTTLS", "ETRN", "ATRN", "TURN", "BURL", "XCLIENT", "XFORWARD"],
]);
/** Who sends a mail, or to whom: in angle brackets, which some forget. RFC 5321, section 4.1.2. */
const PATH = /^(MAIL FROM|RCPT TO):\s*(?:<([^>]*)>|(\S*))/i;
/** A mechanism of SASL. RFC 4422, section 3.1. */
const MECHANISM = /^[A-Z0-9_-]{1,20}$/;

export class SmtpReader implements Reader {
  readonly application = "SMTP";
  state: ReaderState = "more";
  readonly #began: Moment;
  readonly #commands: string[] = [];
  #isEncrypted = false;
  /** The command that the server has not settled yet. */
  #open: "" | "DATA" | "AUTH PLAIN" | "AUTH LOGIN" | "AUTH" | "STARTTLS" = "";
  /** Commands, and mails, that the server has not answered. */
  #unanswered = 0;
  /** Code of the server's answer to the last of them; 0 before. */
  #code = 0;
  #text: TextBehind | undefined;
  /** Bytes of a chunk (BDAT) that are still to pass, whether it is a mail's last one. */
  #left = 0;
  #isLast = false;
  readonly #mails: MailsOfConnection;
  #greeting = "";

  constructor(
    private readonly records: StreamRecords,
    private readonly inventory: Inventory,
    private readonly ends: Ends,
  ) {
    this.#began = records.now();
    this.#mails = new MailsOfConnection(records, ends, this.application);
  }

  read(fromClient: boolean, bytes: Uint8Array, at: number, end: number): number {
    while (at < end && this.state === "more") {
      if (fromClient && this.#left > 0) {
        const passed = Math.min(this.#left, end - at);
        this.#mails.readChunk(bytes, at, at + passed);
        this.#left -= passed;
        at += passed;
        if (this.#left === 0 && this.#isLast) this.#mails.end();
        continue;
      }
      if (fromClient && this.#open === "DATA") {
        if (this.#code < 400) this.#text ??= this.#mails.begin() ?? new DottedText();
        this.#open = "";
      }
      if (fromClient && this.#text !== undefined) {
        at = this.#text.read(bytes, at, end);
        if (this.#text.isEnded) {
          this.#text = undefined;
          this.#mails.end();
          this.#unanswered++;
        }
        continue;
      }
      const line = lineAt(bytes, at, end);
      if (line === "more") return at;
      if (line === "broken") {
        this.state = "broken";
        return at;
      }
      at = line.next;
      if (fromClient) this.#order(line.text);
      else this.#answer(line.text);
    }
    return at;
  }

  get keptBytes(): number {
    return COMMAND_BYTES * this.#commands.length + CHARACTER_BYTES * this.#greeting.length +
      this.#mails.keptBytes;
  }

  ended(): void {
    this.state = "done";
  }

  close(): void {
    this.inventory.greeting(this.ends, this.application, this.#greeting);
    this.#mails.end();
    const out = this.records.begin(TYPE, TAG.Timestamp, this.#began);
    if (out === undefined) return;
    out.bool(TAG.IsEncrypted, this.#isEncrypted);
    this.records.address(out, TAG.SrcIP, this.ends, true);
    this.records.address(out, TAG.DstIP, this.ends, false);
    out.uint32(TAG.SrcPort, this.records.port(this.ends, true));
    out.uint32(TAG.DstPort, this.records.port(this.ends, false));
    for (const id of this.#mails.ids) writeString(out, TAG.MailIDs, id);
    for (const command of this.#commands) writeString(out, TAG.Commands, command);
    this.records.id(out, TAG.ConnectionID, this.ends);
    this.records.commit(TYPE);
  }

  #order(line: string): void {
    if (this.#open.startsWith("AUTH")) return this.#takeSecret(line);
    const [first = "", second = "", third = ""] = line.trim().split(/ +/);
    const [, verb, bracketed, bare] = PATH.exec(line) ?? [];
    const path = verb?.toUpperCase();
    if (path === "MAIL FROM") this.#mails.from(bracketed ?? bare ?? "");
    if (path === "RCPT TO") this.#mails.to(bracketed ?? bare ?? "");
    const word = first.toUpperCase();
    const method = MECHANISM.exec(second.toUpperCase())?.[0] ?? "";
    const command = path ?? (word === "AUTH" ? `AUTH ${method}`.trim() : word);
    const isKnown = path !== undefined || WORDS.has(word);
    if (isKnown && this.#commands.length < MAX_COMMANDS) this.#commands.push(command);
    this.#code = 0;
    this.#unanswered++;
    if (word === "DATA" || word === "STARTTLS") this.#open = word;
    if (word === "BDAT") this.#beginChunk(second, third);
    if (word !== "AUTH") return;
    this.#open = command === "AUTH PLAIN" || command === "AUTH LOGIN" ? command : "AUTH";
    if (third !== "") this.#takeSecret(third);
  }

  #beginChunk(length: string, last: string): void {
    this.#left = /^\d{1,15}$/.test(length) ? Number(length) : 0;
    this.#isLast = last.toUpperCase() === "LAST";
    if (this.#left === 0 && this.#isLast) this.#mails.end();
  }

  /** What the client says between AUTH and the server's verdict: a name, a secret, or both. */
  #takeSecret(text: string): void {
    const login = this.#open === "AUTH PLAIN"
      ? plainLogin(text)
      : this.#open === "AUTH LOGIN"
      ? { user: textOfBase64(text), hasSecret: true }
      : undefined;
    if (login?.user === undefined) return;
    const service = this.#open === "AUTH PLAIN" ? "SMTP Auth Plain" : "SMTP Auth Login";
    writeCredentials(this.records, this.ends, { service, ...login } as Login);
    this.#open = "AUTH"; // what comes now is the secret, or nothing
  }

  #answer(line: string): void {
    const [, digits, more] = /^(\d{3})([ -]?)/.exec(line) ?? [];
    const isGreeting = this.#greeting === "" && digits === "220";
    this.#greeting ||= line;
    if (digits === undefined || more === "-" || isGreeting || digits === "334") return;
    this.#unanswered = Math.max(0, this.#unanswered - 1);
    // Commands may come several at once, but these are the last of them. RFC 2920, section 3.1.
    if (this.#unanswered > 0) return;
    this.#code = Number(digits);
    if (this.#open === "STARTTLS" && this.#code === 220) {
      this.#isEncrypted = true;
      this.state = "other";
    }
    if (this.#open !== "DATA") this.#open = "";
  }
}
