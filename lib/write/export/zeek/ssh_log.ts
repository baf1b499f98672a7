import { seconds, text } from "../mapped/conversions.ts";
import { endsOfFlow } from "../mapped/line_ends.ts";
import type { LineMapping } from "../mapped/line_mapping.ts";
import { fieldsOf } from "../mapped/mapped_field.ts";
import { JOINED_SSH, SSH_PARTS } from "../mapped/record_joins.ts";
import { zeekEnds } from "./zeek_fields.ts";

const { of, ofAll } = fieldsOf(SSH_PARTS);

const kexOf = (algorithms: string) => algorithms.split(";")[0]!.split(",");

/** Both sides of connections. */
export const sshLog: LineMapping = {
  title: "ssh.log",
  file: "ssh.log",
  about: "A connection: what both sides say they are; of one side where the other has not said it.",
  parts: SSH_PARTS,
  join: JOINED_SSH,
  fields: [
    ofAll(
      "ts",
      ["client.Timestamp", "server.Timestamp"],
      (client, server) => seconds(client ?? server ?? 0n),
      "seconds, to the microsecond; of the client's part, else of the server's",
    ),
    ...zeekEnds(endsOfFlow("client", "server")),
    ofAll(
      "version",
      ["client.Ident", "server.Ident"],
      (client, server) => (client ?? server ?? "").startsWith("SSH-2") ? 2 : 1,
      "1 or 2, by what the client says, else the server",
    ),
    of("client", "client.Ident", text),
    of("server", "server.Ident", text),
    ofAll(
      "kex_alg",
      ["client.Algorithms", "server.Algorithms"],
      (client, server) => {
        if (!client || !server) return undefined;
        const offered = new Set(kexOf(server));
        return kexOf(client).find((name) => offered.has(name));
      },
      "the first of the client's that the server has, too (RFC 4253, section 7.1)",
    ),
    of("hassh", "client.HASSH", text),
    of("hasshServer", "server.HASSH", text),
  ],
  missing: [
    ["auth_success, auth_attempts, direction", "what is encrypted is not guessed at"],
    [
      "cipher_alg, mac_alg, compression_alg",
      "records have the client's lists towards the server and the server's towards the client",
    ],
    ["host_key_alg, host_key", "records have none"],
  ],
};
