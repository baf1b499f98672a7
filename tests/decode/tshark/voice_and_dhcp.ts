/** What tshark calls the fields of DHCPv6, SIP and Diameter messages. */

import type { Group } from "./table.ts";

export const VOICE_AND_DHCP: Group = {
  tables: [],
};
