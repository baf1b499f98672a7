import { type LineMapping, mappedFormat } from "../mapped/line_mapping.ts";
import { connLog } from "./conn_log.ts";
import { dhcpLog } from "./dhcp_log.ts";
import { dnsLog } from "./dns_log.ts";
import { httpLog } from "./http_log.ts";
import { mailLog, smtpLog } from "./smtp_log.ts";
import { sshLog } from "./ssh_log.ts";
import { sslLog } from "./ssl_log.ts";

/** The logs of Zeek that there are. */
export const ZEEK_LOGS: readonly LineMapping[] = [
  ...[connLog, dnsLog, sslLog, httpLog, sshLog, mailLog, smtpLog, dhcpLog],
];

/** Zeek's logs as JSON: a file a log, an object a line, names with dots in them. */
export const zeekJson = mappedFormat(ZEEK_LOGS, "flat");
