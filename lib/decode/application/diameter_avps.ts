/**
 * What the attributes of Diameter are: those of the base protocol (RFC 6733, section 4.5) and of
 * credit control (RFC 8506, section 8).
 */

/** How a value is written. RFC 6733, sections 4.2 and 4.3. */
export const AvpFormat = {
  OctetString: 0,
  Integer32: 1,
  Integer64: 2,
  Unsigned32: 3,
  Unsigned64: 4,
  Grouped: 5,
  Address: 6,
  Time: 7,
  Utf8String: 8,
  DiameterIdentity: 9,
  DiameterUri: 10,
  Enumerated: 11,
  IpFilterRule: 12,
} as const;
export type AvpFormat = typeof AvpFormat[keyof typeof AvpFormat];

/** The names of the formats, by number, in ASCII. */
export const FORMAT_NAMES: readonly Uint8Array[] = [
  "OctetString",
  "Integer32",
  "Integer64",
  "Unsigned32",
  "Unsigned64",
  "Grouped",
  "Address",
  "Time",
  "UTF8String",
  "DiameterIdentity",
  "DiameterURI",
  "Enumerated",
  "IPFilterRule",
].map(ascii);

export interface AvpDefinition {
  /** In ASCII. */
  readonly name: Uint8Array;
  readonly format: AvpFormat;
}

const DEFINITIONS: readonly (readonly [code: number, name: string, format: AvpFormat])[] = [
  [1, "User-Name", AvpFormat.Utf8String],
  [25, "Class", AvpFormat.OctetString],
  [27, "Session-Timeout", AvpFormat.Unsigned32],
  [33, "Proxy-State", AvpFormat.OctetString],
  [44, "Acct-Session-Id", AvpFormat.OctetString],
  [50, "Acct-Multi-Session-Id", AvpFormat.Utf8String],
  [55, "Event-Timestamp", AvpFormat.Time],
  [85, "Acct-Interim-Interval", AvpFormat.Unsigned32],
  [257, "Host-IP-Address", AvpFormat.Address],
  [258, "Auth-Application-Id", AvpFormat.Unsigned32],
  [259, "Acct-Application-Id", AvpFormat.Unsigned32],
  [260, "Vendor-Specific-Application-Id", AvpFormat.Grouped],
  [261, "Redirect-Host-Usage", AvpFormat.Enumerated],
  [262, "Redirect-Max-Cache-Time", AvpFormat.Unsigned32],
  [263, "Session-Id", AvpFormat.Utf8String],
  [264, "Origin-Host", AvpFormat.DiameterIdentity],
  [265, "Supported-Vendor-Id", AvpFormat.Unsigned32],
  [266, "Vendor-Id", AvpFormat.Unsigned32],
  [267, "Firmware-Revision", AvpFormat.Unsigned32],
  [268, "Result-Code", AvpFormat.Unsigned32],
  [269, "Product-Name", AvpFormat.Utf8String],
  [270, "Session-Binding", AvpFormat.Unsigned32],
  [271, "Session-Server-Failover", AvpFormat.Enumerated],
  [272, "Multi-Round-Time-Out", AvpFormat.Unsigned32],
  [273, "Disconnect-Cause", AvpFormat.Enumerated],
  [274, "Auth-Request-Type", AvpFormat.Enumerated],
  [276, "Auth-Grace-Period", AvpFormat.Unsigned32],
  [277, "Auth-Session-State", AvpFormat.Enumerated],
  [278, "Origin-State-Id", AvpFormat.Unsigned32],
  [279, "Failed-AVP", AvpFormat.Grouped],
  [280, "Proxy-Host", AvpFormat.DiameterIdentity],
  [281, "Error-Message", AvpFormat.Utf8String],
  [282, "Route-Record", AvpFormat.DiameterIdentity],
  [283, "Destination-Realm", AvpFormat.DiameterIdentity],
  [284, "Proxy-Info", AvpFormat.Grouped],
  [285, "Re-Auth-Request-Type", AvpFormat.Enumerated],
  [287, "Accounting-Sub-Session-Id", AvpFormat.Unsigned64],
  [291, "Authorization-Lifetime", AvpFormat.Unsigned32],
  [292, "Redirect-Host", AvpFormat.DiameterUri],
  [293, "Destination-Host", AvpFormat.DiameterIdentity],
  [294, "Error-Reporting-Host", AvpFormat.DiameterIdentity],
  [295, "Termination-Cause", AvpFormat.Enumerated],
  [296, "Origin-Realm", AvpFormat.DiameterIdentity],
  [297, "Experimental-Result", AvpFormat.Grouped],
  [298, "Experimental-Result-Code", AvpFormat.Unsigned32],
  [299, "Inband-Security-Id", AvpFormat.Unsigned32],
  [411, "CC-Correlation-Id", AvpFormat.OctetString],
  [412, "CC-Input-Octets", AvpFormat.Unsigned64],
  [413, "CC-Money", AvpFormat.Grouped],
  [414, "CC-Output-Octets", AvpFormat.Unsigned64],
  [415, "CC-Request-Number", AvpFormat.Unsigned32],
  [416, "CC-Request-Type", AvpFormat.Enumerated],
  [417, "CC-Service-Specific-Units", AvpFormat.Unsigned64],
  [418, "CC-Session-Failover", AvpFormat.Enumerated],
  [419, "CC-Sub-Session-Id", AvpFormat.Unsigned64],
  [420, "CC-Time", AvpFormat.Unsigned32],
  [421, "CC-Total-Octets", AvpFormat.Unsigned64],
  [422, "Check-Balance-Result", AvpFormat.Enumerated],
  [423, "Cost-Information", AvpFormat.Grouped],
  [424, "Cost-Unit", AvpFormat.Utf8String],
  [425, "Currency-Code", AvpFormat.Unsigned32],
  [426, "Credit-Control", AvpFormat.Enumerated],
  [427, "Credit-Control-Failure-Handling", AvpFormat.Enumerated],
  [428, "Direct-Debiting-Failure-Handling", AvpFormat.Enumerated],
  [429, "Exponent", AvpFormat.Integer32],
  [430, "Final-Unit-Indication", AvpFormat.Grouped],
  [431, "Granted-Service-Unit", AvpFormat.Grouped],
  [432, "Rating-Group", AvpFormat.Unsigned32],
  [433, "Redirect-Address-Type", AvpFormat.Enumerated],
  [434, "Redirect-Server", AvpFormat.Grouped],
  [435, "Redirect-Server-Address", AvpFormat.Utf8String],
  [436, "Requested-Action", AvpFormat.Enumerated],
  [437, "Requested-Service-Unit", AvpFormat.Grouped],
  [438, "Restriction-Filter-Rule", AvpFormat.IpFilterRule],
  [439, "Service-Identifier", AvpFormat.Unsigned32],
  [440, "Service-Parameter-Info", AvpFormat.Grouped],
  [441, "Service-Parameter-Type", AvpFormat.Unsigned32],
  [442, "Service-Parameter-Value", AvpFormat.OctetString],
  [443, "Subscription-Id", AvpFormat.Grouped],
  [444, "Subscription-Id-Data", AvpFormat.Utf8String],
  [445, "Unit-Value", AvpFormat.Grouped],
  [446, "Used-Service-Unit", AvpFormat.Grouped],
  [447, "Value-Digits", AvpFormat.Integer64],
  [448, "Validity-Time", AvpFormat.Unsigned32],
  [449, "Final-Unit-Action", AvpFormat.Enumerated],
  [450, "Subscription-Id-Type", AvpFormat.Enumerated],
  [451, "Tariff-Time-Change", AvpFormat.Time],
  [452, "Tariff-Change-Usage", AvpFormat.Enumerated],
  [453, "G-S-U-Pool-Identifier", AvpFormat.Unsigned32],
  [454, "CC-Unit-Type", AvpFormat.Enumerated],
  [455, "Multiple-Services-Indicator", AvpFormat.Enumerated],
  [456, "Multiple-Services-Credit-Control", AvpFormat.Grouped],
  [457, "G-S-U-Pool-Reference", AvpFormat.Grouped],
  [458, "User-Equipment-Info", AvpFormat.Grouped],
  [459, "User-Equipment-Info-Type", AvpFormat.Enumerated],
  [460, "User-Equipment-Info-Value", AvpFormat.OctetString],
  [461, "Service-Context-Id", AvpFormat.Utf8String],
  [480, "Accounting-Record-Type", AvpFormat.Enumerated],
  [483, "Accounting-Realtime-Required", AvpFormat.Enumerated],
  [485, "Accounting-Record-Number", AvpFormat.Unsigned32],
];

/** By code, for AVPs without a vendor. */
export const AVP_DEFINITIONS: readonly (AvpDefinition | undefined)[] = DEFINITIONS.reduce(
  (table: (AvpDefinition | undefined)[], [code, name, format]) => {
    table[code] = { name: ascii(name), format };
    return table;
  },
  new Array(Math.max(...DEFINITIONS.map(([code]) => code)) + 1).fill(undefined),
);

const NO_NAME = new Uint8Array(0);
const CISCO = ascii("Cisco");
const MICROSOFT = ascii("Microsoft");
const ERICSSON = ascii("Ericsson");
const THREE_GPP = ascii("3GPP");
const ETSI = ascii("ETSI");

/** The name of a vendor that is often met, in ASCII, by IANA's private enterprise number; else empty. */
export function vendorName(number: number): Uint8Array {
  switch (number) {
    case 9:
      return CISCO;
    case 193:
      return ERICSSON;
    case 311:
      return MICROSOFT;
    case 10415:
      return THREE_GPP;
    case 13019:
      return ETSI;
    default:
      return NO_NAME;
  }
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
