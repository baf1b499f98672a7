import { type Mail, MailSchema, type SMTP, SMTPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { same, seconds, text } from "../mapped/conversions.ts";
import { endsOfMail, endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { commaList, mailboxList } from "../words/mail_words.ts";
import { zeekEnds } from "./zeek_fields.ts";

const parts = { SMTP: SMTPSchema };
const { of } = fieldsOf(parts);
const mail = fieldsOf({ Mail: MailSchema });

/** Mails that SMTP carries. */
export const mailLog: LineMapping = {
  title: "smtp.log: mails",
  file: "smtp.log",
  about: "A mail that SMTP carries, as far as its header tells.",
  parts: { Mail: MailSchema },
  isWanted: ({ parts: { Mail: record } }) => (record as Mail).Origin === "SMTP",
  fields: [
    mail.of("ts", "Mail.Timestamp", seconds),
    ...zeekEnds(endsOfMail("Mail")),
    mail.of("mailfrom", "Mail.ReturnPath", text),
    mail.of("rcptto", "Mail.EnvelopeTo", commaList, "a list"),
    mail.of("date", "Mail.Date", text),
    mail.of("from", "Mail.From", text),
    mail.of("to", "Mail.To", mailboxList, "a list"),
    mail.of("cc", "Mail.CC", mailboxList, "a list"),
    mail.of("msg_id", "Mail.MessageID", text),
    mail.of("in_reply_to", "Mail.InReplyTo", text),
    mail.of("subject", "Mail.Subject", text),
    mail.of("x_originating_ip", "Mail.XOriginatingIP", text),
  ],
  missing: [
    ["id.orig_p, id.resp_p", "records of mails have no ports; `uid` leads to them"],
    ["trans_depth, helo, last_reply, path, tls", "they are of the connection, or nowhere"],
    ["reply_to, first_received, second_received, user_agent, fuids", "records do not have them"],
  ],
};

/** Connections of SMTP without a mail. */
export const smtpLog: LineMapping = {
  title: "smtp.log: connections",
  file: "smtp.log",
  about: "A connection in which no mail was seen, such as one that went on encrypted.",
  parts,
  isWanted: ({ parts: { SMTP: record } }) => (record as SMTP).MailIDs.length === 0,
  fields: [
    of("ts", "SMTP.Timestamp", seconds),
    ...zeekEnds(endsOfParts(["SMTP"], [], true)),
    of("tls", "SMTP.IsEncrypted", same),
  ],
  missing: [["helo, last_reply, path", "records have words of commands, no arguments"]],
};
