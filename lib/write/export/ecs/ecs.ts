import { type LineMapping, mappedFormat } from "../mapped/line_mapping.ts";
import { connectionEvent } from "./connection_event.ts";
import { dnsEvent } from "./dns_event.ts";
import { fileEvent, httpEvent } from "./http_event.ts";
import { dhcpEvent, mailEvent, smtpEvent, sshEvent } from "./other_events.ts";
import { tlsEvent } from "./tls_event.ts";

/** The events that there are. */
export const ECS_EVENTS: readonly LineMapping[] = [
  ...[connectionEvent, dnsEvent, tlsEvent, httpEvent, fileEvent, sshEvent, smtpEvent, mailEvent],
  dhcpEvent,
];

/** Events by the Elastic Common Schema, all in one file. */
export const ecs = mappedFormat(ECS_EVENTS, "nested");
