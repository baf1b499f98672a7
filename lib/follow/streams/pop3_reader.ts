/** What a client of POP3 orders, and of mails what their headers say. RFC 1939; CAPA: RFC 2449; AUTH: RFC 5034. */
import { typeNumber } from "../../base/record/record_types.ts";
import { tagsOf } from "../../base/record/tags.ts";
import { POP3Schema } from "../../../proto/netcap_tags.ts";
import { plainLogin, writeCredentials } from "./credentials.ts";
import type { Inventory } from "./inventory.ts";
import { DottedText, lineAt, type TextBehind } from "./lines.ts";
import { MailsOfConnection } from "./mails_of_connection.ts";
import type { Reader, ReaderState } from "./reader.ts";
import { type Ends, type Moment, type StreamRecords, writeString } from "./stream_records.ts";

const TAG = tagsOf(POP3Schema);
const TYPE = typeNumber(POP3Schema.name);

/** Commands in a record; those behind are read and left out. */
const MAX_COMMANDS = 256;
/** Commands without an answer; where only one side is seen the oldest are forgotten. */
const MAX_WAITING = 64;
/** What is kept of a command, roughly. */
const COMMAND_BYTES = 64;
const CHARACTER_BYTES = 2;
/** RFC 1939, 2449, 2595, 5034, 6856. Other words may be secrets gone astray. */
const WORDS = new Set([
  ...["USER", "PASS", "APOP", "AUTH", "CAPA", "STLS", "QUIT", "STAT", "LIST", "RETR", "DELE"],
  ...["NOOP", "RSET", "TOP", "UIDL", "UTF8", "LANG", "XTND", "LAST"],
]);

/** A command, and whether its answer is a text if it is not refused. */
interface Order {
  readonly word: string;
  readonly hasText: boolean;
}

export class Pop3Reader implements Reader {
  readonly application = "POP3";
  state: ReaderState = "more";
  readonly #began: Moment;
  readonly #commands: string[] = [];
  /** The greeting answers no command. */
  readonly #waiting: Order[] = [{ word: "", hasText: false }];
  #text: TextBehind | undefined;
  readonly #mails: MailsOfConnection;
  #user = "";
  #greeting = "";
  /** Whether the client's next lines are no commands, but what AUTH asks for. */
  #isLoggingIn = false;

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
      if (!fromClient && this.#text !== undefined) {
        at = this.#text.read(bytes, at, end);
        if (this.#text.isEnded) {
          this.#text = undefined;
          this.#mails.end();
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
    const texts = this.#greeting.length + this.#user.length;
    return COMMAND_BYTES * (this.#commands.length + this.#waiting.length) +
      CHARACTER_BYTES * texts + this.#mails.keptBytes;
  }

  ended(): void {
    this.state = "done";
  }

  close(): void {
    this.inventory.greeting(this.ends, this.application, this.#greeting);
    this.#mails.end();
    const out = this.records.begin(TYPE, TAG.Timestamp, this.#began);
    if (out === undefined) return;
    this.records.address(out, TAG.ClientIP, this.ends, true);
    this.records.address(out, TAG.ServerIP, this.ends, false);
    if (this.records.hasCredentials) writeString(out, TAG.User, this.#user);
    for (const id of this.#mails.ids) writeString(out, TAG.MailIDs, id);
    for (const command of this.#commands) writeString(out, TAG.Commands, command);
    this.records.id(out, TAG.ConnectionID, this.ends);
    this.records.commit(TYPE);
  }

  #order(line: string): void {
    if (this.#isLoggingIn) return this.#logIn(line);
    const [first = "", second = "", third = ""] = line.trim().split(/ +/);
    const word = first.toUpperCase();
    if (WORDS.has(word) && this.#commands.length < MAX_COMMANDS) this.#commands.push(word);
    if (this.#waiting.length === MAX_WAITING) this.#waiting.shift();
    this.#waiting.push({ word, hasText: hasText(word, second) });
    if (word === "USER") this.#user = second;
    if (word === "PASS") this.#write(this.#user, second !== "");
    if (word === "APOP") {
      this.#user = second;
      this.#write(second, third !== "");
    }
    if (word !== "AUTH" || second === "") return;
    this.#isLoggingIn = true;
    if (third !== "") this.#logIn(third);
  }

  #logIn(text: string): void {
    const login = plainLogin(text);
    if (login === undefined || login.user === "") return;
    this.#user = login.user;
    this.#write(login.user, login.hasSecret);
  }

  #write(user: string, hasSecret: boolean): void {
    writeCredentials(this.records, this.ends, { service: "POP3", user, hasSecret });
  }

  #answer(line: string): void {
    if (this.#greeting === "") this.#greeting = line;
    if (line === "+" || line.startsWith("+ ")) return; // AUTH goes on
    const order = this.#waiting.shift();
    this.#isLoggingIn = false;
    if (!line.startsWith("+OK")) return;
    const mail = order?.word === "RETR" ? this.#mails.begin() : undefined;
    if (order?.hasText) this.#text = mail ?? new DottedText();
    if (order?.word === "STLS") this.state = "other";
  }
}

/** Whether many lines follow on `+OK`. RFC 1939, section 3. */
function hasText(word: string, argument: string): boolean {
  if (word === "LIST" || word === "UIDL" || word === "AUTH") return argument === "";
  return word === "RETR" || word === "TOP" || word === "CAPA";
}
