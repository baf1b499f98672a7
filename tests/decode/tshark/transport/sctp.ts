/** What tshark calls the fields of SCTP. */
import { SCTPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { fields, type Group, hex8 } from "../table.ts";

export const SCTP: Group = {
  tables: [
    fields("sctp", SCTPSchema, {
      "sctp.srcport": (r) => r.SrcPort,
      "sctp.dstport": (r) => r.DstPort,
      "sctp.verification_tag": (r) => hex8(r.VerificationTag),
      "sctp.checksum": (r) => hex8(r.Checksum),
    }),
  ],
};
