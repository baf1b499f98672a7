import { type DNS, DNSSchema } from "../../../../proto/gen/netcap_pb.ts";
import { textOf } from "../../read/field_kind.ts";
import { same } from "../mapped/conversions.ts";
import type { JsonValue } from "../mapped/json_value.ts";
import { endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { dnsCodeName, dnsRecordName, dnsTypeName, TXT } from "../words/dns_words.ts";
import { EVE_FILE, eveHead } from "./eve_fields.ts";

const parts = { DNS: DNSSchema };
const { of, ofAll, always } = fieldsOf(parts);

type ResourceRecord = DNS["Answers"][number];

const OPT = 41;
/** The bit of Z that is not AD or CD. */
const Z = 4;

const isTrue = (flag: boolean) => flag || undefined;
const typeName = (type: number) => dnsTypeName(type) ?? String(type);

/** Messages. */
export const dnsEvent: LineMapping = {
  title: "dns",
  file: EVE_FILE,
  about:
    "A message, in the form of version 3 (Suricata 8). Multicast DNS and LLMNR are `dns`, too.",
  parts,
  fields: [
    ...eveHead({
      type: "dns",
      times: ["DNS.Timestamp"],
      ends: endsOfParts(["DNS"], [], false),
      protocol: ({ parts: { DNS: record } }) => (record as DNS).IPProtocol || undefined,
      application: () => "dns",
    }),
    always("dns.version", 3),
    of(
      "dns.type",
      "DNS.QR",
      (isAnswer) => isAnswer ? "response" : "request",
      "`request`, `response`",
    ),
    of("dns.id", "DNS.ID", same),
    ofAll(
      "dns.flags",
      [
        ...["DNS.QR", "DNS.OpCode", "DNS.AA", "DNS.TC", "DNS.RD", "DNS.RA", "DNS.Z"] as const,
        "DNS.ResponseCode",
      ],
      (qr, opcode = 0, aa, tc, rd, ra, z = 0, code = 0) => {
        const bits = [[qr, 15], [aa, 10], [tc, 9], [rd, 8], [ra, 7]] as const;
        const flags = bits.reduce((sum, [isSet, bit]) => isSet ? sum | 1 << bit : sum, 0);
        return (flags | opcode << 11 | z << 4 | code & 15).toString(16);
      },
      "the 16 bits of the header, in hex digits",
    ),
    of("dns.qr", "DNS.QR", isTrue, "where it is set"),
    of("dns.aa", "DNS.AA", isTrue, "where it is set"),
    of("dns.tc", "DNS.TC", isTrue, "where it is set"),
    of("dns.rd", "DNS.RD", isTrue, "where it is set"),
    of("dns.ra", "DNS.RA", isTrue, "where it is set"),
    of("dns.z", "DNS.Z", (bits) => isTrue((bits & Z) !== 0), "where its first bit is set"),
    of("dns.opcode", "DNS.OpCode", same),
    of(
      "dns.rcode",
      "DNS.ResponseCode",
      (code) => dnsCodeName(code) ?? String(code),
      "by IANA's names",
    ),
    of(
      "dns.queries",
      "DNS.Questions",
      (questions) =>
        listed(
          questions.map(({ Name, Type }) => ({ rrname: textOf(Name), rrtype: typeName(Type) })),
        ),
      "`rrname`, `rrtype`",
    ),
    of(
      "dns.answers",
      "DNS.Answers",
      (records) => listed(records.flatMap(recordsOf)),
      "`rrname`, `rrtype`, `ttl`, `rdata`; `soa`, `srv`; of TXT one a string",
    ),
    of(
      "dns.grouped",
      "DNS.Answers",
      grouped,
      "values of the answers by `rrtype`, of types with text",
    ),
    of(
      "dns.authorities",
      "DNS.Authorities",
      (records) => listed(records.flatMap(recordsOf).map(({ srv: _, ...rest }) => rest)),
      "as answers",
    ),
    of(
      "dns.additionals",
      "DNS.Additionals",
      (records) =>
        listed(
          records.filter(({ Type }) => Type !== OPT).flatMap(recordsOf)
            .map(({ srv: _, soa: _soa, ...rest }) => rest),
        ),
      "as answers, without OPT",
    ),
  ],
  missing: [
    ["dns.tx_id", "it is a number of Suricata's own"],
    ["dns.additionals.opt, dns.answers.sshfp", "records have these as bytes only"],
  ],
};

function listed(values: readonly object[]): JsonValue | undefined {
  return values.length === 0 ? undefined : values as readonly JsonValue[];
}

/** A resource record as Suricata writes it. */
interface EveRecord {
  readonly rrname: string;
  readonly rrtype: string;
  readonly ttl: number;
  readonly rdata?: string | undefined;
  readonly soa?: JsonValue | undefined;
  readonly srv?: JsonValue | undefined;
}

/** What a record says; of TXT there is one for each string. */
function recordsOf(record: ResourceRecord): EveRecord[] {
  const { Name, Type, TTL } = record;
  const head = { rrname: textOf(Name), rrtype: typeName(Type), ttl: TTL };
  if (Type === TXT) return record.TXTs.map((part) => ({ ...head, rdata: textOf(part) }));
  return [{
    ...head,
    rdata: WITH_OBJECTS.includes(Type) ? undefined : dnsRecordName(record),
    soa: soaOf(record),
    srv: srvOf(record),
  }];
}

const [SOA, SRV] = [6, 33];
/** What these name is not in `rdata`. */
const WITH_OBJECTS = [SOA, SRV];

function soaOf({ Type, SOA: soa }: ResourceRecord) {
  if (Type !== SOA || soa === undefined) return undefined;
  return {
    ...{ mname: textOf(soa.MName), rname: textOf(soa.RName), serial: soa.Serial },
    ...{ refresh: soa.Refresh, retry: soa.Retry, expire: soa.Expire, minimum: soa.Minimum },
  };
}

function srvOf({ Type, SRV: srv }: ResourceRecord) {
  if (Type !== SRV || srv === undefined) return undefined;
  const { Priority: priority, Weight: weight, Port: port } = srv;
  return { priority, weight, port, name: textOf(srv.Name) };
}

const GROUPED = ["A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT"];

function grouped(answers: readonly ResourceRecord[]): JsonValue | undefined {
  const values = answers.flatMap(recordsOf)
    .filter(({ rrtype, rdata }) => rdata !== undefined && GROUPED.includes(rrtype));
  if (values.length === 0) return undefined;
  const groups = Map.groupBy(values, ({ rrtype }) => rrtype);
  return Object.fromEntries([...groups].map(([type, of]) => [type, of.map(({ rdata }) => rdata!)]));
}
