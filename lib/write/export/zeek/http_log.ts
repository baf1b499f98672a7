import { HTTPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { same, seconds, text, unlessZero } from "../mapped/conversions.ts";
import { endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { zeekEnds } from "./zeek_fields.ts";

const parts = { HTTP: HTTPSchema };
const { of, always } = fieldsOf(parts);

const listed = (value: string) => value === "" ? undefined : [value];

/** Requests with their answers. */
export const httpLog: LineMapping = {
  title: "http.log",
  file: "http.log",
  about: "A request with its answer, as far as they are there.",
  parts,
  fields: [
    of("ts", "HTTP.Timestamp", seconds),
    ...zeekEnds(endsOfParts(["HTTP"], [], true)),
    of("method", "HTTP.Method", text),
    of("host", "HTTP.Host", text),
    of("uri", "HTTP.URL", text),
    of("referrer", "HTTP.Referer", text),
    of("version", "HTTP.Proto", (proto) => text(proto.replace("HTTP/", "")), "as `1.1`"),
    of("user_agent", "HTTP.UserAgent", text),
    of("request_body_len", "HTTP.ReqContentLength", same, "as the header says, else what passed"),
    of("response_body_len", "HTTP.ResContentLength", same, "as the header says, else what passed"),
    of("status_code", "HTTP.StatusCode", unlessZero),
    always("tags", []),
    of("orig_mime_types", "HTTP.ContentTypeDetected", listed, "a list of one"),
    of("resp_mime_types", "HTTP.ResContentTypeDetected", listed, "a list of one"),
  ],
  missing: [
    ["trans_depth", "records have no number within their connection"],
    ["status_msg, info_code, info_msg", "records have the code alone"],
    ["username, password, proxied", "what is secret is in no record"],
    ["orig_fuids, orig_filenames, resp_fuids, resp_filenames", "there is no files.log"],
  ],
};
