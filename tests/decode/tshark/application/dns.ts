/** What tshark calls the fields of DNS messages. */
import { type DNS, type DNSResourceRecord, DNSSchema } from "../../../../proto/gen/netcap_pb.ts";
import { fields, flag, type Group, hex4, only, text } from "../table.ts";

export const DNS_MESSAGES: Group = {
  tables: [
    fields("dns", DNSSchema, {
      "dns.id": (r) => hex4(r.ID),
      "dns.flags": dnsFlags,
      // The sections of an update have other names: RFC 2136, 2.
      "dns.count.queries": (r) => only(r.OpCode !== UPDATE, r.QDCount),
      "dns.count.answers": (r) => only(r.OpCode !== UPDATE, r.ANCount),
      "dns.count.auth_rr": (r) => only(r.OpCode !== UPDATE, r.NSCount),
      "dns.count.add_rr": (r) => r.ARCount,
      "dns.qry.name": (r) => r.Questions.map(({ Name }) => dnsName(Name)),
      "dns.qry.type": (r) => r.Questions.map(({ Type }) => Type),
      "dns.qry.class": (r) => r.Questions.map(({ Class }) => hex4(Class & CLASS)),
      // tshark takes the names of SRV records apart.
      "dns.resp.name": (r) =>
        recordsOf(r).filter(({ Type }) => Type !== 33).map(({ Name }) => dnsName(Name)),
      "dns.resp.type": (r) => recordsOf(r).map(({ Type }) => Type),
      "dns.resp.class": (r) =>
        recordsOf(r).filter(isNoOption).map((one) => hex4(one.Class & CLASS)),
      "dns.resp.ttl": (r) => recordsOf(r).filter(isNoOption).map(({ TTL }) => TTL),
      "dns.resp.len": (r) => recordsOf(r).map(({ DataLength }) => DataLength),
      "dns.a": (r) => recordsOf(r, 1).map(({ IP }) => IP),
      "dns.aaaa": (r) => recordsOf(r, 28).map(({ IP }) => IP),
      "dns.cname": (r) => recordsOf(r, 5).map(({ CNAME }) => dnsName(CNAME)),
      "dns.ns": (r) => recordsOf(r, 2).map(({ NS }) => dnsName(NS)),
      "dns.ptr.domain_name": (r) => recordsOf(r, 12).map(({ PTR }) => dnsName(PTR)),
      "dns.txt": (r) => recordsOf(r, 16).flatMap(({ TXTs }) => TXTs.map(text)),
      "dns.mx.preference": (r) => recordsOf(r, 15).map(({ MX }) => MX!.Preference),
      "dns.mx.mail_exchange": (r) => recordsOf(r, 15).map(({ MX }) => dnsName(MX!.Name)),
      "dns.srv.priority": (r) => recordsOf(r, 33).map(({ SRV }) => SRV!.Priority),
      "dns.srv.weight": (r) => recordsOf(r, 33).map(({ SRV }) => SRV!.Weight),
      "dns.srv.port": (r) => recordsOf(r, 33).map(({ SRV }) => SRV!.Port),
      "dns.srv.target": (r) => recordsOf(r, 33).map(({ SRV }) => dnsName(SRV!.Name)),
      "dns.soa.mname": (r) => recordsOf(r, 6).map(({ SOA }) => dnsName(SOA!.MName)),
      "dns.soa.rname": (r) => recordsOf(r, 6).map(({ SOA }) => dnsName(SOA!.RName)),
      "dns.soa.serial_number": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Serial),
      "dns.soa.refresh_interval": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Refresh),
      "dns.soa.retry_interval": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Retry),
      "dns.soa.expire_limit": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Expire),
      "dns.soa.minimum_ttl": (r) => recordsOf(r, 6).map(({ SOA }) => SOA!.Minimum),
    }),
  ],
};

/** An operation code: RFC 2136, 1.3. */
const UPDATE = 5;

/** mDNS has a flag of its own in the highest bit (RFC 6762, 10.2), which tshark shows apart. */
const CLASS = 0x7fff;

function dnsFlags(r: DNS): string {
  return hex4(
    (flag(r.QR) << 15) | (r.OpCode << 11) | (flag(r.AA) << 10) | (flag(r.TC) << 9) |
      (flag(r.RD) << 8) | (flag(r.RA) << 7) | (r.Z << 4) | (r.ResponseCode & 0xf),
  );
}

/** The records of all sections, or those of one type. */
function recordsOf(r: DNS, type?: number): DNSResourceRecord[] {
  const records = [...r.Answers, ...r.Authorities, ...r.Additionals];
  return type === undefined
    ? records
    : records.filter(({ Type, DataLength }) => Type === type && DataLength > 0);
}

/** Class and time to live of an OPT record mean something else: RFC 6891, 6.1.3. */
function isNoOption({ Type }: DNSResourceRecord): boolean {
  return Type !== 41;
}

function dnsName(name: Uint8Array): string {
  return name.length === 0 ? "<Root>" : text(name);
}
