/** What tshark calls the fields of DHCPv6, SIP and Diameter messages. */
import { encodeHex, u16, u24, u32 } from "../../../../lib/base/bytes/bytes.ts";
import {
  type AVP,
  type DHCPv6,
  type DHCPv6Option,
  DHCPv6Schema,
  type Diameter,
  DiameterSchema,
  type SIP,
  SIPSchema,
} from "../../../../proto/gen/netcap_pb.ts";
import { fields, type Group, hex2, hex8, only, text } from "../table.ts";

/** Headers of which tshark has the whole text. */
const HEADERS = [
  "Via",
  "From",
  "To",
  "Call-ID",
  "CSeq",
  "Contact",
  "Content-Type",
  "Content-Length",
  "Max-Forwards",
  "User-Agent",
  "Server",
  "Expires",
  "Allow",
  "Supported",
  "WWW-Authenticate",
  "Authorization",
  "Record-Route",
  "Route",
];

/** RFC 3261, 7.3.3. */
const SHORT_NAMES = new Map([
  ["Via", "v"],
  ["From", "f"],
  ["To", "t"],
  ["Call-ID", "i"],
  ["Contact", "m"],
  ["Content-Type", "c"],
  ["Content-Length", "l"],
  ["Supported", "k"],
]);

/** Attributes whose values tshark shows as text or numbers, and which no group has. */
const VALUES = [
  "Session-Id",
  "Origin-Host",
  "Origin-Realm",
  "Product-Name",
  "Result-Code",
  "Origin-State-Id",
  "CC-Request-Type",
  "CC-Request-Number",
  "CC-Input-Octets",
];

export const VOICE_AND_DHCP: Group = {
  tables: [
    {
      holdsOthers: true,
      ...fields("dhcpv6", DHCPv6Schema, {
        "dhcpv6.msgtype": (r) => messagesIn(r).map(({ type }) => type),
        "dhcpv6.xid": (r) =>
          messagesIn(r).flatMap(({ transaction }) => only(transaction !== "", `0x${transaction}`)),
        "dhcpv6.hopcount": (r) => only(isRelay(r.MsgType), r.HopCount),
        "dhcpv6.linkaddr": (r) => only(isRelay(r.MsgType), r.LinkAddr),
        "dhcpv6.peeraddr": (r) => only(isRelay(r.MsgType), r.PeerAddr),
        "dhcpv6.option.type": (r) => allOptions(r.Options).map(({ Code }) => Code),
        "dhcpv6.option.length": (r) => allOptions(r.Options).map(({ Length }) => Length),
      }),
    },
    fields("sip", SIPSchema, {
      "sip.Method": (r) => only(!r.IsResponse, METHODS[r.Method]!),
      "sip.Status-Code": (r) => only(r.IsResponse, r.ResponseCode),
      "sip.Status-Line": (r) =>
        only(r.IsResponse, `SIP/${r.Version}.0 ${r.ResponseCode} ${r.ResponseStatus}`),
      "sip.CSeq.method": (r) => METHODS[r.Method]!,
      ...Object.fromEntries(
        HEADERS.map((name) => [`sip.${name}`, (r: SIP) => headersOf(r, name)]),
      ),
    }, Object.fromEntries(HEADERS.map((name) => [`sip.${name}`, joined]))),
    fields("diameter", DiameterSchema, {
      "diameter.version": (r) => hex2(r.Version),
      "diameter.length": (r) => r.MessageLen,
      "diameter.flags": (r) => hex2(r.Flags),
      "diameter.cmd.code": (r) => r.CommandCode,
      "diameter.applicationId": (r) => r.ApplicationID,
      "diameter.hopbyhopid": (r) => hex8(r.HopByHopID),
      "diameter.endtoendid": (r) => hex8(r.EndToEndID),
      "diameter.avp.code": (r) => allAvps(r.AVPs).map(({ AttributeCode }) => AttributeCode),
      "diameter.avp.flags": (r) => allAvps(r.AVPs).map(({ Flags }) => hex2(Flags)),
      "diameter.avp.len": (r) => allAvps(r.AVPs).map(({ Len }) => Len),
      "diameter.avp": (r) => allAvps(r.AVPs).map(encodeAvp),
      "diameter.avp.pad": (r) =>
        allAvps(r.AVPs).flatMap(({ Len }) => only(Len % 4 !== 0, "00".repeat(-Len & 3))),
      ...Object.fromEntries(
        VALUES.map((name) => [`diameter.${name}`, (r: Diameter) => decodedValues(r, name)]),
      ),
      "diameter.Host-IP-Address.IPv4": (r) =>
        decodedValues(r, "Host-IP-Address").filter((address) => !address.includes(":")),
      "diameter.Host-IP-Address.IPv6": (r) =>
        decodedValues(r, "Host-IP-Address").filter((address) => address.includes(":")),
      "diameter.avp.vendorId": (r) =>
        allAvps(r.AVPs).flatMap(({ VendorCode }) => only(VendorCode > 0, VendorCode)),
    }),
  ],
  disagreements: [
    {
      captures: ["hostile/dhcp6_reconf_asan.pcap"],
      found: ["no record of dhcpv6"],
      frames: 1,
      why: "the first of several fragments, which end a packet here",
    },
    {
      captures: ["suricata-sip-body-large.pcap"],
      found: ["no record of sip"],
      frames: 6,
      why: "SIP over TCP is not decoded: its messages end where a header says, in other segments",
    },
  ],
};

const METHODS = [
  "",
  "INVITE",
  "ACK",
  "BYE",
  "CANCEL",
  "OPTIONS",
  "REGISTER",
  "PRACK",
  "SUBSCRIBE",
  "NOTIFY",
  "PUBLISH",
  "INFO",
  "REFER",
  "MESSAGE",
  "UPDATE",
  "PING",
];

/** A message, and those that relay agents put into it. */
function messagesIn(r: DHCPv6): { type: number; transaction: string }[] {
  const relayed = allOptions(r.Options).filter(({ Code }) => Code === RELAY_MESSAGE)
    .map(({ Data }) => ({ type: Data[0]!, transaction: encodeHex(Data.subarray(1, 4)) }));
  return [{ type: r.MsgType, transaction: encodeHex(r.TransactionID) }, ...relayed]
    .map(({ type, transaction }) => ({ type, transaction: isRelay(type) ? "" : transaction }));
}

type Option = Pick<DHCPv6Option, "Code" | "Length" | "Data">;

/** The options, each with those in it behind it, as tshark lists them. */
function allOptions(options: readonly Option[]): Option[] {
  return options.flatMap((option) => {
    const at = option.Code === RELAY_MESSAGE
      ? isRelay(option.Data[0]!) ? 34 : 4
      : OPTIONS_IN.get(option.Code) ?? Infinity;
    return [option, ...allOptions(parseOptions(option.Data.subarray(at)))];
  });
}

const RELAY_MESSAGE = 9;
/** Where further options begin, by code: RFC 8415, 21.4 to 21.6, 21.21 and 21.22. */
const OPTIONS_IN = new Map([[3, 12], [4, 4], [5, 24], [25, 12], [26, 25]]);

function parseOptions(data: Uint8Array): Option[] {
  if (data.length < 4) return [];
  const Length = u16(data, 2);
  const option = { Code: u16(data, 0), Length, Data: data.subarray(4, 4 + Length) };
  return [option, ...parseOptions(data.subarray(4 + Length))];
}

function headersOf({ Headers }: SIP, name: string): string[] {
  const names = [name.toLowerCase(), SHORT_NAMES.get(name)];
  const values = Headers.map(text).flatMap((header) => {
    const colonAt = header.indexOf(":");
    return only(names.includes(header.slice(0, colonAt)), header.slice(colonAt + 1));
  });
  return joined(values);
}

/** The values of headers of one name are joined in a record. */
function joined(cells: string[]): string[] {
  return cells.length > 0 ? [cells.join()] : [];
}

function decodedValues({ AVPs }: Diameter, name: string): string[] {
  return AVPs.filter(({ AttributeName }) => AttributeName === name)
    .map(({ DecodedValue }) => DecodedValue);
}

type Avp = Pick<AVP, "AttributeCode" | "Flags" | "Len" | "VendorCode" | "Value">;

/** The AVPs, each with those in it behind it, as tshark lists them. */
function allAvps(avps: readonly AVP[]): Avp[] {
  return avps.flatMap((avp) =>
    avp.AttributeFormat === "Grouped" ? [avp, ...parseAvps(avp.Value)] : [avp]
  );
}

function parseAvps(value: Uint8Array): Avp[] {
  if (value.length < 8) return [];
  const Len = u24(value, 5);
  const Flags = value[4]!;
  const VendorCode = (Flags & 0x80) !== 0 ? u32(value, 8) : 0;
  const Value = value.subarray((Flags & 0x80) !== 0 ? 12 : 8, Len);
  const avp = { AttributeCode: u32(value, 0), Flags, Len, VendorCode, Value };
  return [avp, ...parseAvps(value.subarray(4 * Math.ceil(Len / 4)))];
}

/** An AVP as it was sent, its padding included. */
function encodeAvp({ AttributeCode, Flags, Len, VendorCode, Value }: Avp): string {
  const number = (value: number, bytes: number) => value.toString(16).padStart(2 * bytes, "0");
  const vendor = (Flags & 0x80) !== 0 ? number(VendorCode, 4) : "";
  const padding = "00".repeat(-Len & 3);
  return `${number(AttributeCode, 4)}${number(Flags, 1)}${number(Len, 3)}${vendor}` +
    encodeHex(Value) + padding;
}

function isRelay(type: number): boolean {
  return type === 12 || type === 13;
}
