import { type Mail, MailSchema, type SMTP, SMTPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { text } from "../mapped/conversions.ts";
import { endsOfMail, endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { commaList } from "../words/mail_words.ts";
import { EVE_FILE, eveHead } from "./eve_fields.ts";

const TCP = 6;
const { of } = fieldsOf({ Mail: MailSchema });
const smtp = {
  ...{ type: "smtp", protocol: () => TCP, application: () => "smtp" },
};

/** Mails that SMTP carries. */
export const mailEvent: LineMapping = {
  title: "smtp: mails",
  file: EVE_FILE,
  about: "A mail that SMTP carries, as far as its header tells.",
  parts: { Mail: MailSchema },
  isWanted: ({ parts: { Mail: record } }) => (record as Mail).Origin === "SMTP",
  fields: [
    ...eveHead({ ...smtp, times: ["Mail.Timestamp"], ends: endsOfMail("Mail") }),
    of(
      "smtp.mail_from",
      "Mail.ReturnPath",
      (path) => text(path && `<${path}>`),
      "in angle brackets",
    ),
    of(
      "smtp.rcpt_to",
      "Mail.EnvelopeTo",
      (list) => commaList(list)?.map((address) => `<${address}>`),
      "a list, in angle brackets",
    ),
    of("email.from", "Mail.From", text),
    of("email.to", "Mail.To", commaList, "a list"),
    of("email.cc", "Mail.CC", commaList, "a list"),
    of("email.subject", "Mail.Subject", text),
    of("email.date", "Mail.Date", text),
    of("email.message_id", "Mail.MessageID", text),
  ],
  missing: [
    [
      "src_port, dest_port, community_id",
      "records of mails have no ports; `flow_id` leads to them",
    ],
    [
      "smtp.helo, email.attachment, email.url, email.body_md5, email.status",
      "records do not have them",
    ],
  ],
};

/** Connections of SMTP without a mail. */
export const smtpEvent: LineMapping = {
  title: "smtp: connections",
  file: EVE_FILE,
  about: "A connection in which no mail was seen, such as one that went on encrypted.",
  parts: { SMTP: SMTPSchema },
  isWanted: ({ parts: { SMTP: record } }) => (record as SMTP).MailIDs.length === 0,
  fields: eveHead({ ...smtp, times: ["SMTP.Timestamp"], ends: endsOfParts(["SMTP"], [], true) }),
  missing: [["smtp.helo", "records have words of commands, no arguments"]],
};
