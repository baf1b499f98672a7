import { text } from "../mapped/conversions.ts";
import { endsOfFlow } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { JOINED_SSH, SSH_PARTS } from "../mapped/record_joins.ts";
import { EVE_FILE, eveHead } from "./eve_fields.ts";

const { of } = fieldsOf(SSH_PARTS);
const TCP = 6;

/** `SSH-2.0-OpenSSH_9.2p1 Debian-2`: version, program, comment. RFC 4253, section 4.2. */
const IDENT = /^SSH-([^-]*)-([^ ]*)/;
const version = (ident: string) => IDENT.exec(ident)?.[1] || undefined;
const software = (ident: string) => IDENT.exec(ident)?.[2] || undefined;

const side = (part: "client" | "server") => [
  of(`ssh.${part}.proto_version`, `${part}.Ident`, version, "behind `SSH-`"),
  of(`ssh.${part}.software_version`, `${part}.Ident`, software, "behind that, without a comment"),
  of(`ssh.${part}.hassh.hash`, `${part}.HASSH`, text),
  of(`ssh.${part}.hassh.string`, `${part}.Algorithms`, text),
];

/** Both sides of connections. */
export const sshEvent: LineMapping = {
  title: "ssh",
  file: EVE_FILE,
  about: "A connection: what both sides say they are; of one side where the other has not said it.",
  parts: SSH_PARTS,
  join: JOINED_SSH,
  fields: [
    ...eveHead({
      type: "ssh",
      times: ["client.Timestamp", "server.Timestamp"],
      ends: endsOfFlow("client", "server"),
      protocol: () => TCP,
      application: () => "ssh",
    }),
    ...side("client"),
    ...side("server"),
  ],
  missing: [],
};
