/**
 * The columns of each record type in CSV: its fields in schema order, but for the exceptions listed
 * here, which are the original's. Where the original's header and rows disagree, both are made to
 * agree here: TCP has Options, IPv4 Padding, Modbus Payload, TLSClientHello Random and SessionID,
 * Service Notes as columns of their own; GRE has no ports, for its records hold none.
 */
import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** One column: the value of a field, or how many values it has. */
export interface CsvColumn {
  readonly name: string;
  readonly field: DescField;
  readonly isCount: boolean;
}

/** How the columns of one type differ from its fields. */
interface Exceptions {
  /** Fields without a column. */
  readonly without?: readonly string[];
  /** Names of columns by the name of their field; a list called `Num…` shows its length. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Fields whose columns stand, in this order, before that of another one. */
  readonly moved?: { readonly fields: readonly string[]; readonly before: string };
}

const EXCEPTIONS: Readonly<Record<string, Exceptions>> = {
  Alert: { without: ["Domain", "Protocol", "Notes"] },
  CIP: { without: ["Data"] },
  Connection: {
    without: ["UID"],
    moved: {
      fields: ["Duration", "TimestampLast", "BytesClientToServer"],
      before: "BytesServerToClient",
    },
  },
  DHCPv4: { without: ["Options", "Fingerprint"] },
  DHCPv6: { without: ["Options", "Fingerprint"] },
  DeviceProfile: {
    renamed: { DeviceIPs: "NumDeviceIPs", Contacts: "NumContacts" },
    moved: { fields: ["Timestamp"], before: "MacAddr" },
  },
  Diameter: { without: ["AVPs"] },
  EAP: { without: ["TypeData"] },
  EAPOLKey: { without: ["Nonce", "IV", "MIC", "EncryptedKeyData"] },
  ENIP: { without: ["CommandSpecific"] },
  EthernetCTPReply: { without: ["Data"] },
  Exploit: { without: ["Date", "Author", "Typ", "Platform", "Port"] },
  File: { without: ["Host", "ContentTypeDetected"] },
  HTTP: {
    without: [
      "ReqCookies",
      "ResCookies",
      "ResContentType",
      "DoneAfter",
      "DNSDoneAfter",
      "FirstByteAfter",
      "TLSDoneAfter",
      "ContentTypeDetected",
      "ResContentTypeDetected",
      "RequestHeader",
      "ResponseHeader",
      "Parameters",
      "RequestBody",
      "ResponseBody",
    ],
  },
  IPProfile: {
    without: ["Ja3Hashes", "Protocols", "SNIs", "SrcPorts", "DstPorts", "ContactedPorts"],
  },
  IPSecAH: { without: ["AuthenticationData"] },
  IPSecESP: { renamed: { LenEncrypted: "Encrypted" } },
  IPv4: { without: ["Options", "SrcPort", "DstPort"] },
  IPv6: { without: ["HopByHop", "SrcPort", "DstPort"] },
  IPv6Fragment: { moved: { fields: ["SrcIP", "DstIP"], before: "SrcPort" } },
  Mail: { without: ["Body", "DeliveryDate", "Origin"] },
  NortelDiscovery: { without: ["SrcMac", "DstMac"] },
  POP3: {
    without: ["Commands"],
    renamed: { ClientIP: "Client", ServerIP: "Server", MailIDs: "NumMails" },
  },
  SMTP: { moved: { fields: ["MailIDs", "Commands"], before: "SrcIP" } },
  SSH: { without: ["Ident", "Algorithms", "IsClient"] },
  Service: { renamed: { Flows: "NumFlows" } },
  Software: { without: ["Website", "OS"] },
  TCP: { without: ["Padding", "Payload"] },
  TLSClientHello: { without: ["Extensions"] },
  TLSServerHello: { without: ["Random", "SessionID", "Scts"], renamed: { Ja3s: "Ja3S" } },
  UDP: { without: ["Payload"] },
  USB: { without: ["Payload"] },
  VRRPv2: { renamed: { IPAddress: "IPAddresses" } },
};

/** The columns of a record type, in their order. */
export function csvColumns(schema: DescMessage): CsvColumn[] {
  const { without = [], renamed = {}, moved } = EXCEPTIONS[schema.name] ?? {};
  return orderedFields(schema, moved)
    .filter(({ name }) => !without.includes(name))
    .map((field) => {
      const name = renamed[field.name] ?? field.name;
      return { name, field, isCount: field.fieldKind === "list" && name.startsWith("Num") };
    });
}

function orderedFields(schema: DescMessage, moved: Exceptions["moved"]): readonly DescField[] {
  if (moved === undefined) return schema.fields;
  const movedFields = moved.fields.flatMap((name) =>
    schema.fields.filter((field) => field.name === name)
  );
  return schema.fields.flatMap((field) => {
    if (movedFields.includes(field)) return [];
    return field.name === moved.before ? [...movedFields, field] : [field];
  });
}
