import { SMTPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { same, seconds } from "../mapped/conversions.ts";
import { endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { zeekEnds } from "./zeek_fields.ts";

const parts = { SMTP: SMTPSchema };
const { of } = fieldsOf(parts);

/** Connections of SMTP. */
export const smtpLog: LineMapping = {
  title: "smtp.log",
  file: "smtp.log",
  about: "A connection; Zeek has a line a mail.",
  parts,
  fields: [
    of("ts", "SMTP.Timestamp", seconds),
    ...zeekEnds(endsOfParts(["SMTP"], [], true)),
    of("tls", "SMTP.IsEncrypted", same),
  ],
  missing: [
    [
      "trans_depth, helo, mailfrom, rcptto, last_reply, path",
      "records have words of commands, no arguments",
    ],
    [
      "date, from, to, cc, reply_to, msg_id, in_reply_to, subject, x_originating_ip, first_received, second_received, user_agent, fuids",
      "records of SMTP do not have the mail",
    ],
  ],
};
