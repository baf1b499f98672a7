/** Records of mails that SMTP and POP3 carry. */
import { typeNumber } from "../../base/record/record_types.ts";
import { tagsOf } from "../../base/record/tags.ts";
import { MailSchema } from "../../../proto/netcap_tags.ts";
import type { MailText } from "./mail_text.ts";
import { type Ends, type Moment, type StreamRecords, writeString } from "./stream_records.ts";

const TAG = tagsOf(MailSchema);
const TYPE = typeNumber(MailSchema.name);

/** What is known of a mail by the protocol that carries it. */
export interface Carried {
  readonly origin: "SMTP" | "POP3";
  /** When its first byte was seen. */
  readonly at: Moment;
  /** Its number in the connection, from 1 on. */
  readonly number: number;
  /** Of SMTP: who sends it, and to whom. RFC 5321, sections 4.1.1.2 and 4.1.1.3. */
  readonly sender: string;
  readonly recipients: readonly string[];
}

/** Whether records of mails are wanted, for which headers are read. */
export function wantsMails(records: StreamRecords): boolean {
  return records.isWanted(TYPE);
}

/** What a record of a mail is called in that of its connection. */
export function mailId(records: StreamRecords, { row }: Ends, number: number): string {
  return `${records.connections.id(row)}.${number}`;
}

/** Writes the record of a mail, as far as it has been read. */
export function writeMail(
  records: StreamRecords,
  ends: Ends,
  { header, isWhole, hasAttachments }: MailText,
  { origin, at, number, sender, recipients }: Carried,
): void {
  const out = records.begin(TYPE, TAG.Timestamp, at);
  if (out === undefined) return;
  writeString(out, TAG.ReturnPath, withoutBrackets(header.of("return-path")) || sender);
  writeString(out, TAG.From, header.of("from"));
  writeString(out, TAG.To, header.of("to"));
  writeString(out, TAG.CC, header.of("cc"));
  writeString(out, TAG.Subject, header.of("subject"));
  writeString(out, TAG.Date, header.of("date"));
  writeString(out, TAG.MessageID, header.of("message-id"));
  writeString(out, TAG.References, header.of("references"));
  writeString(out, TAG.InReplyTo, header.of("in-reply-to"));
  writeString(out, TAG.ContentLanguage, header.of("content-language"));
  out.bool(TAG.HasAttachments, hasAttachments);
  writeString(out, TAG.XOriginatingIP, header.of("x-originating-ip").replace(/^\[(.*)\]$/, "$1"));
  writeString(out, TAG.ContentType, header.of("content-type"));
  writeString(out, TAG.EnvelopeTo, header.of("envelope-to") || recipients.join(", "));
  records.address(out, TAG.ClientIP, ends, true);
  records.address(out, TAG.ServerIP, ends, false);
  writeString(out, TAG.ID, mailId(records, ends, number));
  writeString(out, TAG.DeliveryDate, header.of("delivery-date"));
  writeString(out, TAG.Origin, origin);
  records.id(out, TAG.ConnectionID, ends);
  out.bool(TAG.Truncated, !isWhole);
  records.commit(TYPE);
}

function withoutBrackets(path: string): string {
  return path.replace(/^<(.*)>$/, "$1");
}
