/** Records with text that no sensor of ours writes: lines stay JSON, and take no longer. */
import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ecs } from "../../../lib/write/export/ecs/ecs.ts";
import { eve } from "../../../lib/write/export/eve/eve.ts";
import { ipfixFlow } from "../../../lib/write/export/ipfix_flow.ts";
import { commaList, mailAddresses } from "../../../lib/write/export/words/mail_words.ts";
import { zeekJson } from "../../../lib/write/export/zeek/zeek_json.ts";
import { ConnectionSchema, SSHSchema } from "../../../proto/gen/netcap_pb.ts";
import { connection } from "./stored_connections.ts";

const lineOf = <Schema extends DescMessage>(
  format: typeof eve,
  schema: Schema,
  init: MessageInitShape<Schema>,
) => format.linesOf(schema)!.line({ schema, client: "x", message: create(schema, init) });

const INHERITED = "constructor";
const ODD = {
  ...connection(1),
  ...{ ApplicationProto: INHERITED, EndReason: INHERITED, TCPState: INHERITED, SrcPort: "ssh" },
};

Deno.test("names that every object has in JavaScript are text, and ports that are no numbers are none", () => {
  const conn = JSON.parse(lineOf(zeekJson, ConnectionSchema, ODD));
  assertEquals([conn.service, conn["id.orig_p"], conn["id.resp_p"]], [INHERITED, 0, 80]);
  const flow = JSON.parse(lineOf(eve, ConnectionSchema, ODD));
  assertEquals([flow.app_proto, flow.flow.state, flow.flow.reason, flow.src_port], [
    ...[INHERITED, "closed", "unknown", undefined],
  ]);
  const event = JSON.parse(lineOf(ecs, ConnectionSchema, ODD));
  assertEquals(event.network?.protocol ?? event["network.protocol"], INHERITED);
  assertEquals(ipfixFlow(create(ConnectionSchema, ODD))!.endReason, 0);
});

Deno.test("ports of more digits than ports have are none", () => {
  const Flow = `192.0.2.1:${"9".repeat(400)}->192.0.2.2:22`;
  const line = JSON.parse(lineOf(eve, SSHSchema, { Timestamp: 1n, IsClient: true, Flow }));
  assertEquals([line.event_type, line.src_port], ["ssh", undefined]);
});

Deno.test("fields of mails are taken apart in one pass, however long they are", () => {
  const long = 1 << 20;
  assertEquals(mailAddresses("a".repeat(long)), undefined);
  assertEquals(commaList(`${" ".repeat(long)}a, b`), ["a", "b"]);
  const list = '"Ann" <ann@example.org>, bob@example.org, @, a@, @b, (cy@example.org)';
  assertEquals(mailAddresses(list), ["ann@example.org", "bob@example.org", "cy@example.org"]);
});
