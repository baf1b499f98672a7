/** What others read in Suricata's EVE, beside Suricata's schema and what tshark says of the same capture. */
import { assert, assertEquals } from "@std/assert";
import { JQ, needs, TSHARK } from "../../needs.ts";
import { EVE_SCHEMA, eveErrors } from "./eve_errors.ts";
import {
  exportRecords,
  jqLines,
  OFFICE,
  READERS,
  recordedOffice,
  SENSOR,
  sorted,
  sum,
  tshark,
} from "./recorded_capture.ts";

Deno.test({
  ...needs("eve: all events of a capture are valid by Suricata's schema", READERS, EVE_SCHEMA, JQ),
  async fn() {
    const out = await exportRecords(await recordedOffice(), "eve");
    assertEquals(await eveErrors(`${out}/eve.json`), []);
    assert((await jqLines(`${out}/eve.json`, ".event_type")).length > 300);
  },
});

Deno.test({
  ...needs("eve: the events of a capture say what tshark does, and flow_id joins them", TSHARK, JQ),
  async fn() {
    const out = await exportRecords(await recordedOffice(), "eve");
    const events = <T>(type: string, filter: string) =>
      jqLines<T>(`${out}/eve.json`, `select(.event_type == "${type}") | ${filter}`);

    const packets = await tshark(OFFICE, "ip or ipv6", "frame.len");
    const flows = await events<string[]>(
      "flow",
      "[.flow | .pkts_toserver + .pkts_toclient, .bytes_toserver + .bytes_toclient]",
    );
    assertEquals([sum(flows), sum(flows, 1)], [packets.length, sum(packets)]);

    assertEquals(
      sorted(
        await events(
          "dns",
          "select(.src_port == 53 or .dest_port == 53) | [.src_port, .dns.id, .dns.qr // false, .dns.flags, (.dns.answers | length > 0)]",
        ),
      ),
      sorted(
        (await tshark(
          OFFICE,
          "dns and not icmp and not icmpv6 and (udp.port == 53 or tcp.port == 53)",
          ...[
            "udp.srcport",
            "tcp.srcport",
            "dns.id",
            "dns.flags.response",
            "dns.flags",
            "dns.count.answers",
          ],
        )).map(([udp, tcp, id, isAnswer, flags, answers]) => [
          ...[Number(udp || tcp), Number(id), isAnswer === "1"],
          ...[Number(flags).toString(16), Number(answers) > 0],
        ]),
      ),
    );

    assertEquals(
      sorted(
        await events(
          "http",
          "[.timestamp, .http.http_method, .http.url, .http.hostname, .src_port]",
        ),
      ),
      sorted(
        (await tshark(
          OFFICE,
          "http.request",
          ...[
            "frame.time_epoch",
            "http.request.method",
            "http.request.uri",
            "http.host",
            "tcp.srcport",
          ],
        )).map((
          [time, method, uri, host, port],
        ) => [eveTime(time!), method, uri, host, Number(port)]),
      ),
    );
    const bodies = await tshark(OFFICE, "http.file_data", "http.content_length_header");
    assertEquals(
      sorted(await events("fileinfo", "[.fileinfo.size]")),
      sorted(bodies.map(([length]) => [Number(length)])),
    );

    assertEquals(
      sorted(
        await events("dhcp", "[.dhcp.id, .dhcp.client_mac, .dhcp.assigned_ip, .dhcp.lease_time]"),
      ),
      sorted(
        (await tshark(
          OFFICE,
          "dhcp",
          ...["dhcp.id", "dhcp.hw.mac_addr", "dhcp.ip.your", "dhcp.option.ip_address_lease_time"],
        )).map(([id, mac, ip, lease]) => [Number(id), mac, ip, lease ? Number(lease) : null]),
      ),
    );
    assertEquals(
      sorted(
        await events(
          "arp",
          "[.arp.opcode, .arp.src_mac, .arp.src_ip, .arp.dest_mac, .arp.dest_ip]",
        ),
      ),
      sorted(
        (await tshark(
          OFFICE,
          "arp.opcode",
          ...[
            "arp.opcode",
            "arp.src.hw_mac",
            "arp.src.proto_ipv4",
            "arp.dst.hw_mac",
            "arp.dst.proto_ipv4",
          ],
        )).map(([code, ...rest]) => [code === "1" ? "request" : "reply", ...rest]),
      ),
    );
    const [ssh] = await events<{ client: { hassh: { hash: string } } }>("ssh", ".ssh");
    assertEquals(
      [[ssh!.client.hassh.hash]],
      await tshark(OFFICE, "ssh.kex.hassh", "ssh.kex.hassh"),
    );

    const flowIds = new Set(await events("flow", ".flow_id"));
    for (const type of ["dns", "http", "fileinfo", "ssh", "dhcp"]) {
      for (const id of await events<number>(type, ".flow_id")) assert(flowIds.has(id), type);
    }
    const communities = new Set(await events("flow", ".community_id"));
    for (const type of ["dns", "http", "fileinfo", "ssh", "dhcp"]) {
      for (const id of await events(type, ".community_id")) assert(communities.has(id), type);
    }
    assertEquals(new Set(await events("flow", ".host")), new Set([SENSOR]));
    assertEquals(new Set(await events("http", "[.community_id, .proto]")).size > 0, true);
  },
});

/** A time of tshark's as Suricata writes it. */
function eveTime(epoch: string): string {
  const [seconds, fraction = ""] = epoch.split(".");
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${text}.${fraction.slice(0, 6)}+0000`;
}
