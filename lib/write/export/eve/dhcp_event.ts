import { ARPSchema, DHCPv4Schema } from "../../../../proto/gen/netcap_pb.ts";
import { same, text } from "../mapped/conversions.ts";
import { endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import {
  dhcpMessage,
  DhcpOption,
  optionAddresses,
  optionData,
  optionNumber,
  optionText,
} from "../../read/dhcp_options.ts";
import { EVE_FILE, eveHead } from "./eve_fields.ts";

const parts = { DHCPv4: DHCPv4Schema };
const { of, ofAll } = fieldsOf(parts);
const UDP = 17;
const REPLY = 2;

/** What Suricata calls options that a client asks for; it passes over the others. */
const PARAMETERS: Readonly<Record<number, string>> = {
  ...{ 1: "subnet_mask", 3: "router", 6: "dns_server", 15: "domain", 35: "arp_timeout" },
  ...{ 42: "ntp_server", 66: "tftp_server_name", 150: "tftp_server_ip" },
};

const option = (
  name: string,
  code: number,
  read: (options: Parameters<typeof optionData>[0], code: number) =>
    | string
    | number
    | string[]
    | undefined,
) =>
  of(`dhcp.${name}`, "DHCPv4.Options", (options) => {
    const value = read(options, code);
    return Array.isArray(value) && value.length === 0 ? undefined : value;
  }, `option ${code}`);

const firstAddress = (...args: Parameters<typeof optionAddresses>) => optionAddresses(...args)[0];
const hexPairs = (...args: Parameters<typeof optionData>) => {
  const data = optionData(...args);
  return data && Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join(":");
};
const parameters = (...args: Parameters<typeof optionData>) =>
  Array.from(optionData(...args) ?? [], (code) => PARAMETERS[code])
    .filter((name) => name !== undefined);

/** Messages. */
export const dhcpEvent: LineMapping = {
  title: "dhcp",
  file: EVE_FILE,
  about: "A message, with what Suricata has with `extended: yes`.",
  parts,
  fields: [
    ...eveHead({
      type: "dhcp",
      times: ["DHCPv4.Timestamp"],
      ends: endsOfParts(["DHCPv4"], [], false),
      protocol: () => UDP,
      application: () => "dhcp",
    }),
    of(
      "dhcp.type",
      "DHCPv4.Operation",
      (operation) => operation === REPLY ? "reply" : "request",
      "`request`, `reply`",
    ),
    of("dhcp.id", "DHCPv4.Xid", same),
    of("dhcp.client_mac", "DHCPv4.ClientHWAddr", text),
    of("dhcp.assigned_ip", "DHCPv4.YourClientIP", text),
    of("dhcp.client_ip", "DHCPv4.ClientIP", text),
    ofAll(
      "dhcp.relay_ip",
      ["DHCPv4.Operation", "DHCPv4.RelayAgentIP"],
      (operation, address) => operation === REPLY ? address : undefined,
      "of replies",
    ),
    ofAll(
      "dhcp.next_server_ip",
      ["DHCPv4.Operation", "DHCPv4.NextServerIP"],
      (operation, address) => operation === REPLY ? address : undefined,
      "of replies",
    ),
    of(
      "dhcp.dhcp_type",
      "DHCPv4.Options",
      (options) => dhcpMessage(options) || "unknown",
      `option ${DhcpOption.MessageType}`,
    ),
    option("client_id", DhcpOption.ClientId, hexPairs),
    option("hostname", DhcpOption.HostName, optionText),
    option("requested_ip", DhcpOption.RequestedAddress, firstAddress),
    option("lease_time", DhcpOption.LeaseTime, optionNumber),
    option("renewal_time", DhcpOption.RenewalTime, optionNumber),
    option("rebinding_time", DhcpOption.RebindingTime, optionNumber),
    option("subnet_mask", DhcpOption.SubnetMask, firstAddress),
    option("routers", DhcpOption.Router, optionAddresses),
    option("dns_servers", DhcpOption.NameServer, optionAddresses),
    option("params", DhcpOption.Parameters, parameters),
    option("vendor_class_identifier", DhcpOption.VendorClass, optionText),
  ],
  missing: [],
};

const arp = fieldsOf({ ARP: ARPSchema });
const OPCODES: Readonly<Record<number, string>> = {
  ...{ 1: "request", 2: "reply", 3: "request_reverse", 4: "reply_reverse" },
};
const [ETHERNET, IPV4] = [1, 0x0800];

/** Messages of ARP. */
export const arpEvent: LineMapping = {
  title: "arp",
  file: EVE_FILE,
  about: "A message about addresses of IPv4 on Ethernet.",
  parts: { ARP: ARPSchema },
  isWanted: ({ parts: { ARP: record } }) => {
    const { AddrType, Protocol } = record as unknown as { AddrType: number; Protocol: number };
    return AddrType === ETHERNET && Protocol === IPV4;
  },
  fields: [
    ...eveHead({ type: "arp", times: ["ARP.Timestamp"] }),
    arp.always("arp.hw_type", "ethernet"),
    arp.always("arp.proto_type", "ipv4"),
    arp.of(
      "arp.opcode",
      "ARP.Operation",
      (code) => OPCODES[code] ?? "unknown",
      "`request`, `reply`, …",
    ),
    arp.of("arp.src_mac", "ARP.SrcHwAddress", text),
    arp.of("arp.src_ip", "ARP.SrcProtocolAddress", text),
    arp.of("arp.dest_mac", "ARP.DstHwAddress", text),
    arp.of("arp.dest_ip", "ARP.DstProtocolAddress", text),
  ],
  missing: [["src_ip, dest_ip", "they are in `arp`, too"]],
};
