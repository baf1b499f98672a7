import type { DNS } from "../../../../proto/gen/netcap_pb.ts";
import { same, seconds } from "../mapped/conversions.ts";
import { begunBySender, endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { DNS_PARTS, JOINED_DNS } from "../mapped/record_joins.ts";
import { textOf } from "../../read/field_kind.ts";
import { dnsCodeName, dnsRecordName, dnsTypeName, TXT } from "../words/dns_words.ts";
import { zeekEnds } from "./zeek_fields.ts";

const { of, ofAll } = fieldsOf(DNS_PARTS);

type Question = DNS["Questions"][number];
type Answer = DNS["Answers"][number];

const CLASSES: Readonly<Record<number, string>> = {
  ...{ 1: "C_INTERNET", 2: "C_CSNET", 3: "C_CHAOS", 4: "C_HESIOD", 254: "C_NONE", 255: "C_ANY" },
};
const PROTOCOLS: Readonly<Record<number, string>> = { 6: "tcp", 17: "udp" };
const ANY = 255;
const FIRST = "of the first question";

/** A field of the first question, of the query if that is there. */
const ofQuestion = (name: string, convert: (question: Question) => string | number, how = FIRST) =>
  ofAll(name, ["query.Questions", "answer.Questions"], (query, answer) => {
    const question = (query ?? answer)?.[0];
    return question && convert(question);
  }, how);

const flag = (name: "AA" | "TC" | "RA") =>
  ofAll(name, [`query.${name}`, `answer.${name}`], (query, answer) => answer ?? query ?? false, "");

/** Queries and their answers. */
export const dnsLog: LineMapping = {
  title: "dns.log",
  file: "dns.log",
  about:
    "A query with its answer. One that nobody has answered within 30 s is alone, and so are answers " +
    "whose query is not there, such as those of multicast DNS.",
  parts: DNS_PARTS,
  join: JOINED_DNS,
  fields: [
    ofAll(
      "ts",
      ["query.Timestamp", "answer.Timestamp"],
      (query, answer) => seconds(query ?? answer ?? 0n),
      "seconds, to the microsecond; of the query, else of the answer",
    ),
    ...zeekEnds(begunBySender(endsOfParts(["query"], ["answer"], false))),
    ofAll(
      "proto",
      ["query.IPProtocol", "answer.IPProtocol"],
      (query, answer) => PROTOCOLS[query ?? answer ?? 0],
      "`udp`, `tcp`; records of 0.2 and before do not have it",
    ),
    ofAll("trans_id", ["query.ID", "answer.ID"], (query, answer) => query ?? answer, ""),
    ofAll(
      "rtt",
      ["query.Timestamp", "answer.Timestamp"],
      (query, answer) =>
        query === undefined || answer === undefined ? undefined : Number(answer - query) / 1e9,
      "seconds, if both are there",
    ),
    ofQuestion("query", ({ Name }) => textOf(Name)),
    ofQuestion("qclass", ({ Class }) => Class),
    ofQuestion(
      "qclass_name",
      ({ Class }) => CLASSES[Class] ?? `qclass-${Class}`,
      "as Zeek names it",
    ),
    ofQuestion("qtype", ({ Type }) => Type),
    ofQuestion(
      "qtype_name",
      ({ Type }) => Type === ANY ? "*" : dnsTypeName(Type) ?? `query-${Type}`,
      "as Zeek names it",
    ),
    of("rcode", "answer.ResponseCode", same),
    of(
      "rcode_name",
      "answer.ResponseCode",
      (code) => dnsCodeName(code) ?? `rcode-${code}`,
      "by IANA's names",
    ),
    flag("AA"),
    flag("TC"),
    ofAll("RD", ["query.RD", "answer.RD"], (query, answer) => query ?? answer, ""),
    flag("RA"),
    ofAll("Z", ["query.Z", "answer.Z"], (query, answer) => answer ?? query, ""),
    of(
      "answers",
      "answer.Answers",
      (answers) => answers.length === 0 ? undefined : answers.map(answerText),
      "addresses, names, `TXT length text`; `<unknown type=N>` for other types",
    ),
    of(
      "TTLs",
      "answer.Answers",
      (answers) => answers.length === 0 ? undefined : answers.map(({ TTL }) => TTL),
      "seconds",
    ),
    ofAll(
      "rejected",
      ["answer.ResponseCode", "answer.ANCount"],
      (code = 0, answers = 0) => code !== 0 && answers === 0,
      "whether there is a code and no answer",
    ),
  ],
  missing: [],
};

function answerText(record: Answer): string {
  if (record.Type === TXT) {
    return record.TXTs.map((part) => `TXT ${part.length} ${textOf(part)}`).join(" ");
  }
  return dnsRecordName(record) ?? `<unknown type=${record.Type}>`;
}
