import type { DNS } from "../../../../proto/gen/netcap_pb.ts";
import { textOf } from "../../read/field_kind.ts";
import { begunBySender, endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { DNS_PARTS, JOINED_DNS } from "../mapped/record_joins.ts";
import { dnsCodeName, dnsRecordText, dnsTypeName } from "../words/dns_words.ts";
import { ECS_FILE, ecsHead, ecsTime } from "./ecs_fields.ts";

const { of, ofAll } = fieldsOf(DNS_PARTS);

type Question = DNS["Questions"][number];

const CLASSES: Readonly<Record<number, string>> = {
  1: "IN",
  3: "CH",
  4: "HS",
  254: "NONE",
  255: "ANY",
};
const OPCODES: Readonly<Record<number, string>> = {
  ...{ 0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE", 6: "DSO" },
};
const TRANSPORTS: Readonly<Record<number, "tcp" | "udp">> = { 6: "tcp", 17: "udp" };
const className = (number: number) => CLASSES[number] ?? String(number);
const typeName = (number: number) => dnsTypeName(number) ?? String(number);
const FIRST = "of the first question";

/** A field of the first question, of the query if that is there. */
const ofQuestion = (name: string, convert: (question: Question) => string, how = FIRST) =>
  ofAll(name, ["query.Questions", "answer.Questions"], (query, answer) => {
    const question = (query ?? answer)?.[0];
    return question && convert(question);
  }, how);

const [AD, CD] = [2, 1];

/** Queries and their answers. */
export const dnsEvent: LineMapping = {
  title: "farcap.dns",
  file: ECS_FILE,
  about: "A query with its answer; either alone where the other is not there within 30 s.",
  parts: DNS_PARTS,
  join: JOINED_DNS,
  fields: [
    ...ecsHead({
      ...{ dataset: "dns", category: ["network"], type: ["protocol", "info"], protocol: "dns" },
      times: ["query.Timestamp", "answer.Timestamp"],
      ends: begunBySender(endsOfParts(["query"], ["answer"], false)),
      transport: ({ parts: { query, answer } }) =>
        TRANSPORTS[((query ?? answer) as DNS).IPProtocol],
    }),
    of("event.start", "query.Timestamp", ecsTime),
    of("event.end", "answer.Timestamp", ecsTime),
    ofAll(
      "event.duration",
      ["query.Timestamp", "answer.Timestamp"],
      (query, answer) => query === undefined || answer === undefined ? undefined : answer - query,
      "nanoseconds, if both are there",
    ),
    of(
      "event.outcome",
      "answer.ResponseCode",
      (code) => code === 0 ? "success" : "failure",
      "`success` for the code 0, else `failure`",
    ),
    ofAll(
      "dns.type",
      ["answer.QR", "query.QR"],
      (answer) => answer === undefined ? "query" : "answer",
      "`answer` if that is there",
    ),
    ofAll("dns.id", ["query.ID", "answer.ID"], (query, answer) => String(query ?? answer), "text"),
    ofAll(
      "dns.op_code",
      ["query.OpCode", "answer.OpCode"],
      (query, answer) => OPCODES[query ?? answer ?? 0] ?? String(query ?? answer),
      "by IANA's names",
    ),
    ofQuestion("dns.question.name", ({ Name }) => textOf(Name)),
    ofQuestion("dns.question.type", ({ Type }) => typeName(Type), `${FIRST}, by IANA's names`),
    ofQuestion("dns.question.class", ({ Class }) => className(Class), `${FIRST}, by IANA's names`),
    of(
      "dns.response_code",
      "answer.ResponseCode",
      (code) => dnsCodeName(code) ?? String(code),
      "by IANA's names",
    ),
    ofAll(
      "dns.header_flags",
      ["answer.AA", "answer.TC", "query.RD", "answer.RD", "answer.RA", "query.Z", "answer.Z"],
      (aa, tc, asked, rd, ra, askedZ = 0, z = askedZ) => {
        const flags = { AA: aa, TC: tc, RD: asked ?? rd, RA: ra, AD: z & AD, CD: z & CD };
        return Object.entries(flags).filter(([, isSet]) => isSet).map(([name]) => name);
      },
      "names of those that are set, of the answer if that is there",
    ),
    of(
      "dns.answers",
      "answer.Answers",
      (answers) =>
        answers.map((record) => ({
          ...{ name: textOf(record.Name), type: typeName(record.Type) },
          ...{ class: className(record.Class), ttl: record.TTL, data: dnsRecordText(record) },
        })),
      "`name`, `type`, `class`, `ttl`, and `data` of types that have text",
    ),
    of(
      "dns.resolved_ip",
      "answer.Answers",
      (answers) => answers.map(({ IP }) => IP).filter((ip) => ip !== ""),
      "addresses in A and AAAA",
    ),
  ],
  missing: [
    [
      "dns.question.registered_domain, dns.question.subdomain, dns.question.top_level_domain",
      "an ingest pipeline can add them",
    ],
  ],
};
