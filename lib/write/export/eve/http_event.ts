import { type File, FileSchema, HTTPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { same, text, unlessZero } from "../mapped/conversions.ts";
import { endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf, type LineRecords } from "../mapped/mapped_field.ts";
import { EVE_FILE, eveHead } from "./eve_fields.ts";

const parts = { HTTP: HTTPSchema };
const { of } = fieldsOf(parts);
const TCP = 6;

/** Requests with their answers. */
export const httpEvent: LineMapping = {
  title: "http",
  file: EVE_FILE,
  about: "A request with its answer, as far as they are there.",
  parts,
  fields: [
    ...eveHead({
      type: "http",
      times: ["HTTP.Timestamp"],
      ends: endsOfParts(["HTTP"], [], true),
      protocol: () => TCP,
      application: () => "http",
    }),
    of("http.hostname", "HTTP.Host", text),
    of("http.url", "HTTP.URL", text),
    of("http.http_user_agent", "HTTP.UserAgent", text),
    of(
      "http.http_content_type",
      "HTTP.ResContentType",
      (type) => text(type.split(";")[0]!.trim()),
      "without what is behind a semicolon",
    ),
    of("http.http_refer", "HTTP.Referer", text),
    of("http.http_method", "HTTP.Method", text),
    of("http.protocol", "HTTP.Proto", text),
    of("http.status", "HTTP.StatusCode", unlessZero),
    of(
      "http.redirect",
      "HTTP.ResponseHeader",
      (headers) => headers["Location"] || undefined,
      "the header `Location`",
    ),
    of("http.length", "HTTP.ResContentLength", same, "as the header says, else what passed"),
  ],
  missing: [
    ["tx_id", "records have no number within their connection"],
    [
      "http.request_headers, http.response_headers, http.xff",
      "Suricata has them when it is told to; `ndjson` has them",
    ],
    ["http.http_request_body, http.http_response_body", "records have no bodies"],
  ],
};

const fileParts = { File: FileSchema };
const file = fieldsOf(fileParts);
const ofFile = ({ parts: { File: record } }: LineRecords) => record as File;
const isAnswer = (line: LineRecords) => ofFile(line).Source.startsWith("HTTP RESPONSE");
const [toServer, toClient] = [endsOfParts(["File"], [], true), endsOfParts([], ["File"], true)];

/** Bodies of HTTP. */
export const fileinfoEvent: LineMapping = {
  title: "fileinfo",
  file: EVE_FILE,
  about: "A body of HTTP that has passed whole. Its source is who has sent it.",
  parts: fileParts,
  fields: [
    ...eveHead({
      type: "fileinfo",
      times: ["File.Timestamp"],
      ends: { ...toServer, of: (line) => (isAnswer(line) ? toClient : toServer).of(line) },
      protocol: () => TCP,
      application: () => "http",
    }),
    file.of("fileinfo.filename", "File.Name", text),
    file.of("fileinfo.size", "File.Length", same),
    file.ofAll(
      "fileinfo.md5",
      ["File.Hash", "File.Length", "File.HashedLength"],
      (hash = "", length, hashed) => length === hashed ? text(hash) : undefined,
      "where all of it was hashed",
    ),
    file.always("fileinfo.state", "CLOSED"),
    file.always("fileinfo.stored", false),
    file.always("fileinfo.gaps", false),
  ],
  missing: [
    ["fileinfo.magic, fileinfo.sha1, fileinfo.sha256", "records have MD5 and types of WHATWG's"],
    ["fileinfo.file_id, fileinfo.tx_id", "they are numbers of Suricata's own"],
    ["http", "it is in the event of that name with the same `flow_id`"],
  ],
};
