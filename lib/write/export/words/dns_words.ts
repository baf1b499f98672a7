/** Words for numbers of DNS, as IANA has assigned them, and what resource records say. */
import type { DNS } from "../../../../proto/gen/netcap_pb.ts";
import { textOf } from "../../read/field_kind.ts";

type ResourceRecord = DNS["Answers"][number];

const TYPES: Readonly<Record<number, string>> = Object.fromEntries([
  ...runOf(1, "A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT"),
  ...runOf(22, "NSAP NSAP-PTR SIG KEY PX GPOS AAAA LOC NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6"),
  ...runOf(39, "DNAME SINK OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM"),
  ...runOf(52, "TLSA SMIMEA"),
  ...runOf(55, "HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS"),
  ...runOf(99, "SPF UINFO UID GID UNSPEC NID L32 L64 LP EUI48 EUI64"),
  ...runOf(249, "TKEY TSIG IXFR AXFR MAILB MAILA ANY URI CAA"),
  ...runOf(32768, "TA DLV"),
]);

const CODES: Readonly<Record<number, string>> = Object.fromEntries([
  ...runOf(0, "NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH"),
  ...runOf(10, "NOTZONE DSOTYPENI"),
  ...runOf(16, "BADVERS BADKEY BADTIME BADMODE BADNAME BADALG BADTRUNC BADCOOKIE"),
]);

/** The name of a type of records; undefined for one that has none. */
export function dnsTypeName(type: number): string | undefined {
  return TYPES[type];
}

/** The name of a response code; undefined for one that has none. */
export function dnsCodeName(code: number): string | undefined {
  return CODES[code];
}

/** An address or a name that a resource record has; undefined for one of another type. */
export function dnsRecordName(
  { Type, IP, CNAME, NS, PTR, MX: mx, SRV: srv, SOA: soa }: ResourceRecord,
): string | undefined {
  if (IP !== "") return IP;
  const name = [CNAME, NS, PTR].find(({ length }) => length > 0) ?? {
    [MX]: mx?.Name,
    [SRV]: srv?.Name,
    [SOA]: soa?.MName,
  }[Type];
  return name && textOf(name);
}

/** What a resource record says, as text; of TXT its strings, one after the other. */
export function dnsRecordText(record: ResourceRecord): string | undefined {
  if (record.Type === TXT) return record.TXTs.map((part) => textOf(part)).join("");
  return dnsRecordName(record);
}

const [SOA, MX, SRV] = [6, 15, 33];
/** The type whose records are strings. */
export const TXT = 16;

function runOf(first: number, names: string): [number, string][] {
  return names.split(" ").map((name, at) => [first + at, name]);
}
