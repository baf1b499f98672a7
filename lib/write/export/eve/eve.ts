import { type LineMapping, mappedFormat } from "../mapped/line_mapping.ts";
import { arpEvent, dhcpEvent } from "./dhcp_event.ts";
import { dnsEvent } from "./dns_event.ts";
import { flowEvent } from "./flow_event.ts";
import { fileinfoEvent, httpEvent } from "./http_event.ts";
import { mailEvent, smtpEvent } from "./smtp_event.ts";
import { sshEvent } from "./ssh_event.ts";
import { tlsEvent } from "./tls_event.ts";

/** The events of Suricata that there are. */
export const EVE_EVENTS: readonly LineMapping[] = [
  ...[flowEvent, dnsEvent, tlsEvent, httpEvent, fileinfoEvent, sshEvent, mailEvent, smtpEvent],
  ...[dhcpEvent, arpEvent],
];

/** Suricata's EVE: all events in one file. */
export const eve = mappedFormat(EVE_EVENTS, "nested");
