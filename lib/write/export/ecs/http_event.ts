import { FileSchema, HTTPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { same, text, unlessZero } from "../mapped/conversions.ts";
import { endsOfParts } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { ECS_FILE, ecsHead } from "./ecs_fields.ts";

const parts = { HTTP: HTTPSchema };
const { of, always } = fieldsOf(parts);

const mimeType = (type: string) => text(type.split(";")[0]!);
const BY_CONTENT = "by the first 512 bytes, without parameters";
const FIRST_ERROR = 400;
/** A path of a URL and what is behind the question mark; of one with a host, too. */
const URL_PARTS = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?]*)?([^?]*)(?:\?(.*))?$/i;
const part = (url: string, at: 1 | 2) => URL_PARTS.exec(url)?.[at] || undefined;

/** Requests with their answers. */
export const httpEvent: LineMapping = {
  title: "farcap.http",
  file: ECS_FILE,
  about: "A request with its answer, as far as they are there.",
  parts,
  fields: [
    ...ecsHead({
      ...{ dataset: "http", category: ["network", "web"], type: ["access", "protocol"] },
      ...{ protocol: "http", transport: () => "tcp", times: ["HTTP.Timestamp"] },
      ends: endsOfParts(["HTTP"], [], true),
    }),
    of(
      "event.outcome",
      "HTTP.StatusCode",
      (code) => code === 0 ? "unknown" : code < FIRST_ERROR ? "success" : "failure",
      "`success` below 400, `unknown` without an answer",
    ),
    of("http.version", "HTTP.Proto", (proto) => text(proto.replace("HTTP/", "")), "as `1.1`"),
    of("http.request.method", "HTTP.Method", text),
    of("http.request.referrer", "HTTP.Referer", text),
    of("http.request.mime_type", "HTTP.ContentTypeDetected", mimeType, BY_CONTENT),
    of(
      "http.request.body.bytes",
      "HTTP.ReqContentLength",
      same,
      "as the header says, else what passed",
    ),
    of("http.response.status_code", "HTTP.StatusCode", unlessZero),
    of("http.response.mime_type", "HTTP.ResContentTypeDetected", mimeType, BY_CONTENT),
    of(
      "http.response.body.bytes",
      "HTTP.ResContentLength",
      same,
      "as the header says, else what passed",
    ),
    of("url.original", "HTTP.URL", text),
    of("url.path", "HTTP.URL", (url) => part(url, 1)),
    of("url.query", "HTTP.URL", (url) => part(url, 2)),
    of("url.domain", "HTTP.Host", (host) => text(host.replace(/:\d+$/, "")), "without the port"),
    always("url.scheme", "http"),
    of("user_agent.original", "HTTP.UserAgent", text),
  ],
  missing: [
    ["http.request.body.content, http.response.body.content", "records have no bodies"],
    ["url.username, url.password", "what is secret is in no record"],
    ["user_agent.name, user_agent.os, url.registered_domain", "an ingest pipeline can add them"],
  ],
};

const file = fieldsOf({ File: FileSchema });

/** Bodies of HTTP. */
export const fileEvent: LineMapping = {
  title: "farcap.file",
  file: ECS_FILE,
  about: "A body of HTTP that has passed whole.",
  parts: { File: FileSchema },
  fields: [
    ...ecsHead({
      ...{ dataset: "file", category: ["network", "file"], type: ["info"], protocol: "http" },
      ...{ transport: () => "tcp", times: ["File.Timestamp"] },
      ends: endsOfParts(["File"], [], true),
    }),
    file.of("file.name", "File.Name", text),
    file.of("file.size", "File.Length", same),
    file.of("file.mime_type", "File.ContentTypeDetected", mimeType, BY_CONTENT),
    file.ofAll(
      "file.hash.md5",
      ["File.Hash", "File.Length", "File.HashedLength"],
      (hash = "", length, hashed) => length === hashed ? text(hash) : undefined,
      "where all of it was hashed",
    ),
  ],
  missing: [["file.hash.sha256", "records have MD5"]],
};
