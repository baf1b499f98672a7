/** Which records are one line, in formats that have one for both sides. */
import type { Message } from "@bufbuild/protobuf";
import {
  type DHCPv4,
  DHCPv4Schema,
  type DNS,
  DNSSchema,
  type SSH,
  SSHSchema,
  type TLSClientHello,
  TLSClientHelloSchema,
  type TLSServerHello,
  TLSServerHelloSchema,
} from "../../../../proto/gen/netcap_pb.ts";
import { textOf } from "../../read/field_kind.ts";
import { dhcpMessage, DhcpOption, optionData } from "../../read/dhcp_options.ts";
import type { JoinRule } from "./join_rule.ts";

/** The parts of a line of DNS. */
export const DNS_PARTS = { query: DNSSchema, answer: DNSSchema };

/** A query and its answer: of the same hosts and ports, with the same number and question. */
export const JOINED_DNS: JoinRule = {
  schemas: [DNSSchema],
  keyOf(record) {
    const { ID, QR, SrcIP, SrcPort, DstIP, DstPort, Questions } = record as DNS;
    const [client, server] = [`${SrcIP} ${SrcPort}`, `${DstIP} ${DstPort}`];
    const name = Questions.map(({ Name, Type }) => `${textOf(Name).toLowerCase()} ${Type}`).join();
    return `${ID} ${QR ? server : client} ${QR ? client : server} ${name}`;
  },
  partOf: (record) => (record as DNS).QR ? "answer" : "query",
  isWhole: ({ query, answer }) => query !== undefined && answer !== undefined,
};

/** The parts of a line of TLS. */
export const TLS_PARTS = {
  TLSClientHello: TLSClientHelloSchema,
  TLSServerHello: TLSServerHelloSchema,
};

/** The hellos of a connection. */
export const JOINED_TLS: JoinRule = {
  schemas: [TLSClientHelloSchema, TLSServerHelloSchema],
  keyOf: keyOfConnection,
  partOf: ({ $typeName }) => $typeName.slice($typeName.lastIndexOf(".") + 1),
  isWhole: ({ TLSClientHello: client, TLSServerHello: server }) =>
    client !== undefined && server !== undefined,
};

/**
 * Whether a handshake goes on with an earlier session: of TLS 1.3 whether a key was chosen that both
 * knew, before that whether both say the same session; undefined without a server's hello.
 */
export function isResumed(
  version: number | undefined,
  isKeyKnown = false,
  chosen?: Uint8Array,
  offered?: Uint8Array,
): boolean | undefined {
  if (version === undefined || version !== 0) return version === undefined ? undefined : isKeyKnown;
  return offered && offered.length > 0 && String(chosen) === String(offered);
}

/** The parts of a line of SSH: what each side says. */
export const SSH_PARTS = { client: SSHSchema, server: SSHSchema };

/** Both sides of a connection. */
export const JOINED_SSH: JoinRule = {
  schemas: [SSHSchema],
  keyOf: keyOfConnection,
  partOf: (record) => (record as SSH).IsClient ? "client" : "server",
  isWhole: ({ client, server }) => client !== undefined && server !== undefined,
};

/** The parts of a line of DHCP: its messages. */
export const DHCP_PARTS = {
  ...{ discover: DHCPv4Schema, offer: DHCPv4Schema, request: DHCPv4Schema, decline: DHCPv4Schema },
  ...{ ack: DHCPv4Schema, nak: DHCPv4Schema, release: DHCPv4Schema, inform: DHCPv4Schema },
};

/** Messages of a client in one transaction, up to the one that ends it. */
export const JOINED_DHCP: JoinRule = {
  schemas: [DHCPv4Schema],
  keyOf(record) {
    const { Xid, ClientHWAddr, Options } = record as DHCPv4;
    return optionData(Options, DhcpOption.MessageType) && `${Xid} ${ClientHWAddr}`;
  },
  partOf: (record) => dhcpMessage((record as DHCPv4).Options) || "discover",
  isWhole: ({ ack, nak, release, decline }) => (ack ?? nak ?? release ?? decline) !== undefined,
};

function keyOfConnection(record: Message): string | undefined {
  const { ConnectionID } = record as TLSClientHello | TLSServerHello | SSH;
  return ConnectionID === 0n ? undefined : String(ConnectionID);
}
