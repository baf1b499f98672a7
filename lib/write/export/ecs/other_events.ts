import { DHCPv4Schema, MailSchema, SMTPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { text } from "../mapped/conversions.ts";
import { endsOfFlow, endsOfMail, endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { JOINED_SSH, SSH_PARTS } from "../mapped/record_joins.ts";
import { mailAddresses } from "../words/mail_words.ts";
import { dhcpMessage, DhcpOption, optionText } from "../../read/dhcp_options.ts";
import { ECS_FILE, ecsHead, ecsMac } from "./ecs_fields.ts";

const ADDRESSES = "the addresses in it";

const ssh = fieldsOf(SSH_PARTS);

/** Both sides of connections of SSH. */
export const sshEvent: LineMapping = {
  title: "farcap.ssh",
  file: ECS_FILE,
  about: "A connection: what both sides say they are; of one side where the other has not said it.",
  parts: SSH_PARTS,
  join: JOINED_SSH,
  fields: [
    ...ecsHead({
      ...{ dataset: "ssh", category: ["network"], type: ["protocol", "info"], protocol: "ssh" },
      ...{ transport: () => "tcp", times: ["client.Timestamp", "server.Timestamp"] },
      ends: endsOfFlow("client", "server"),
    }),
    ssh.of("farcap.ssh.client.ident", "client.Ident", text),
    ssh.of("farcap.ssh.client.hassh", "client.HASSH", text),
    ssh.of("farcap.ssh.server.ident", "server.Ident", text),
    ssh.of("farcap.ssh.server.hassh", "server.HASSH", text),
  ],
  missing: [],
};

const smtp = fieldsOf({ SMTP: SMTPSchema });

/** Connections of SMTP. */
export const smtpEvent: LineMapping = {
  title: "farcap.smtp",
  file: ECS_FILE,
  about: "A connection.",
  parts: { SMTP: SMTPSchema },
  fields: [
    ...ecsHead({
      ...{ dataset: "smtp", category: ["network"], type: ["protocol", "info"], protocol: "smtp" },
      ...{ transport: () => "tcp", times: ["SMTP.Timestamp"] },
      ends: endsOfParts(["SMTP"], [], true),
    }),
    smtp.of("farcap.smtp.encrypted", "SMTP.IsEncrypted", (value) => value),
  ],
  missing: [],
};

const mail = fieldsOf({ Mail: MailSchema });

/** Mails. */
export const mailEvent: LineMapping = {
  title: "farcap.mail",
  file: ECS_FILE,
  about: "A mail that SMTP or POP3 carries, as far as its header tells.",
  parts: { Mail: MailSchema },
  fields: [
    ...ecsHead({
      ...{ dataset: "mail", category: ["network", "email"], type: ["info"] },
      ...{ times: ["Mail.Timestamp"], ends: endsOfMail("Mail") },
    }),
    mail.of(
      "network.protocol",
      "Mail.Origin",
      (origin) => text(origin.toLowerCase()),
      "`smtp`, `pop3`",
    ),
    mail.of("email.sender.address", "Mail.ReturnPath", text),
    mail.of("email.from.address", "Mail.From", mailAddresses, ADDRESSES),
    mail.of("email.to.address", "Mail.To", mailAddresses, ADDRESSES),
    mail.of("email.cc.address", "Mail.CC", mailAddresses, ADDRESSES),
    mail.of("email.subject", "Mail.Subject", text),
    mail.of("email.message_id", "Mail.MessageID", text),
    mail.of("email.content_type", "Mail.ContentType", text),
  ],
  missing: [
    ["source.port, destination.port", "records of mails have no ports; `event.id` leads to them"],
    ["email.origination_timestamp", "`Date` is text of any form"],
    ["email.attachments", "records tell only whether there are some"],
  ],
};

const dhcp = fieldsOf({ DHCPv4: DHCPv4Schema });
const NO_ADDRESS = "0.0.0.0";
const address = (value: string) => value === NO_ADDRESS ? undefined : text(value);

/** Messages of DHCP. */
export const dhcpEvent: LineMapping = {
  title: "farcap.dhcp",
  file: ECS_FILE,
  about: "A message.",
  parts: { DHCPv4: DHCPv4Schema },
  fields: [
    ...ecsHead({
      ...{ dataset: "dhcp", category: ["network"], type: ["protocol", "info"], protocol: "dhcp" },
      ...{ transport: () => "udp", times: ["DHCPv4.Timestamp"] },
      ends: endsOfParts(["DHCPv4"], [], false),
    }),
    dhcp.of(
      "event.action",
      "DHCPv4.Options",
      (options) => text(dhcpMessage(options)),
      `option ${DhcpOption.MessageType}: \`discover\`, …`,
    ),
    dhcp.of("farcap.dhcp.client.mac", "DHCPv4.ClientHWAddr", ecsMac),
    dhcp.of("farcap.dhcp.client.ip", "DHCPv4.ClientIP", address),
    dhcp.of("farcap.dhcp.assigned_ip", "DHCPv4.YourClientIP", address),
    dhcp.of(
      "related.hosts",
      "DHCPv4.Options",
      (options) => {
        const name = optionText(options, DhcpOption.HostName);
        return name === undefined ? undefined : [name];
      },
      `option ${DhcpOption.HostName}`,
    ),
  ],
  missing: [[
    "host",
    "it is the machine that an event happened on, which the client is not for all readers",
  ]],
};
