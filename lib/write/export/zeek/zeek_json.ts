import { type LineMapping, mappedFormat } from "../mapped/line_mapping.ts";
import type { MappedField } from "../mapped/mapped_field.ts";
import { connLog } from "./conn_log.ts";
import { dhcpLog } from "./dhcp_log.ts";
import { dnsLog } from "./dns_log.ts";
import { httpLog } from "./http_log.ts";
import { mailLog, smtpLog } from "./smtp_log.ts";
import { sshLog } from "./ssh_log.ts";
import { sslLog } from "./ssl_log.ts";

/** Which sensor it was, where logs of several are in one file: as Corelight's sensors say it. */
const SYSTEM_NAME: MappedField = {
  ...{ name: "_system_name", sources: ["client"], how: "the sensor's name" },
  valueOf: ({ client }) => client || undefined,
};

/** The logs of Zeek that there are. */
export const ZEEK_LOGS: readonly LineMapping[] = [
  ...[connLog, dnsLog, sslLog, httpLog, sshLog, mailLog, smtpLog, dhcpLog],
].map((log) => ({ ...log, fields: [...log.fields, SYSTEM_NAME] }));

/** Zeek's logs as JSON: a file a log, an object a line, names with dots in them. */
export const zeekJson = mappedFormat(ZEEK_LOGS, "flat");
