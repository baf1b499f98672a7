import { create, toBinary } from "@bufbuild/protobuf";
import { type Header, HeaderSchema } from "../../../proto/gen/netcap_pb.ts";
import { frameRecords } from "../../base/record/delimited.ts";
import { parseMessage } from "../../base/record/parse_message.ts";
import { uvarintEnd } from "../../base/bytes/uvarint.ts";
import {
  encodeMember,
  type MemberHeader,
  packRecords,
  unpackMember,
  WITHOUT_SESSION,
} from "../../pack/member.ts";

/** What the `Header` record of a file says. */
export type FileHeader = Pick<
  Header,
  "Created" | "InputSource" | "Type" | "Version" | "ContainsPayloads"
>;

/** The first member of a record file: the delimited `Header` record, as the original's readers want it. */
export function encodeHeaderMember(header: FileHeader): Uint8Array<ArrayBuffer> {
  const message = toBinary(HeaderSchema, create(HeaderSchema, header));
  const origin = {
    ...WITHOUT_SESSION,
    count: 0,
    firstTime: 0n,
    lastTime: 0n,
    arrival: header.Created,
  };
  return encodeMember(origin, packRecords(frameRecords([message])));
}

/** The `Header` record in the first member of a file; undefined when there is none. */
export function readHeaderMember(member: Uint8Array, header: MemberHeader): FileHeader | undefined {
  const record = unpackMember(member, header);
  if (record === "damaged") return undefined;
  return parseMessage(HeaderSchema, record.subarray(uvarintEnd(record, 0, record.length)));
}
