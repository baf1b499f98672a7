/** What others read in Zeek's logs, beside what tshark says of the same capture. */
import { assert, assertEquals } from "@std/assert";
import { JQ, needs, TSHARK } from "../../needs.ts";
import {
  exportRecords,
  jqLines,
  OFFICE,
  python,
  READERS,
  recordedOffice,
  SENSOR,
  sorted,
  sum,
  tshark,
} from "./recorded_capture.ts";

Deno.test({
  ...needs(
    "zeek-json: the logs of a capture say what tshark does, and uid joins them",
    TSHARK,
    JQ,
    READERS,
  ),
  async fn() {
    const out = await exportRecords(await recordedOffice(), "zeek-json");
    const log = <T>(name: string, filter: string) => jqLines<T>(`${out}/${name}.log`, filter);

    const v4 = await tshark(OFFICE, "ip", "ip.len");
    const v6 = await tshark(OFFICE, "ipv6", "ipv6.plen");
    const [totals] = await python<number[][]>(
      `
import duckdb, json, sys
print(json.dumps(duckdb.sql(f"""select sum(orig_pkts + resp_pkts)::bigint, sum(orig_ip_bytes + resp_ip_bytes)::bigint,
  count(distinct uid), count(*) from read_json('{sys.argv[1]}/conn.log')""").fetchall()))`,
      out,
    );
    const lines = (await log("conn", ".uid")).length;
    for (const name of ["conn", "dns", "http"]) {
      assertEquals(new Set(await log(name, "._system_name")), new Set([SENSOR]));
    }
    assertEquals(totals, [
      v4.length + v6.length,
      sum(v4) + sum(v6) + 40 * v6.length,
      totals![2]!,
      lines,
    ]);
    const streams = new Set((await tshark(OFFICE, "tcp", "tcp.stream")).flat());
    assertEquals((await log("conn", 'select(.proto == "tcp") | .uid')).length, streams.size);
    const [first] = await tshark(OFFICE, "tcp", "frame.time_epoch", "tcp.srcport", "tcp.dstport");
    const [ts, orig, resp] = first!;
    assertEquals(
      await log("conn", `select(.proto == "tcp") | [.ts, ."id.orig_p", ."id.resp_p"]`)
        .then((rows) =>
          sorted(rows).includes(
            JSON.stringify([Number(ts!.slice(0, -3)), Number(orig), Number(resp)]),
          )
        ),
      true,
    );

    const asked = "(udp.port == 53 || tcp.port == 53) && dns";
    const answers = await tshark(
      OFFICE,
      `${asked} && dns.time`,
      ...[
        "dns.id",
        "dns.qry.name",
        "dns.qry.type",
        "dns.flags.rcode",
        "dns.time",
        "dns.count.answers",
        "udp.srcport",
      ],
    );
    assert(answers.length > 30);
    assertEquals(
      sorted(
        await log(
          "dns",
          'select(."id.resp_p" == 53 and .rtt) | [.trans_id, .query, .qtype, .rcode, (.rtt * 1e6 | round), (.answers | length), .proto]',
        ),
      ),
      sorted(answers.map(([id, name, type, code, time, count, udp]) => [
        ...[Number(id), name === "<Root>" ? "" : name, Number(type), Number(code)],
        ...[Math.round(Number(time) * 1e6), Number(count), udp ? "udp" : "tcp"],
      ])),
    );

    const requests = await tshark(
      OFFICE,
      "http.request",
      ...["http.request.method", "http.request.uri", "http.host", "http.user_agent"],
    );
    assertEquals(
      sorted(await log("http", "[.method, .uri, .host, .user_agent]")),
      sorted(requests),
    );
    assertEquals(
      sorted(await log("http", "select(.status_code) | [.status_code]")),
      sorted(
        (await tshark(OFFICE, "http.response", "http.response.code")).map((
          [code],
        ) => [Number(code)]),
      ),
    );

    assertEquals(
      sorted((await log<string[]>("ssh", "[.client, .server]")).flat()),
      sorted((await tshark(OFFICE, "ssh.protocol", "ssh.protocol")).flat()),
    );

    const messages = ["", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE"];
    assertEquals(
      sorted((await log<string[]>("dhcp", ".msg_types")).flat()),
      sorted(
        (await tshark(OFFICE, "dhcp", "dhcp.option.dhcp")).map(([type]) => messages[Number(type)]),
      ),
    );
    assertEquals(
      sorted(
        await log(
          "dhcp",
          "select(.assigned_addr) | [.assigned_addr, .server_addr, .lease_time, .mac]",
        ),
      ),
      sorted(
        (await tshark(
          OFFICE,
          "dhcp.option.dhcp == 5",
          ...[
            "dhcp.ip.your",
            "dhcp.option.dhcp_server_id",
            "dhcp.option.ip_address_lease_time",
            "dhcp.hw.mac_addr",
          ],
        )).map(([ip, server, lease, mac]) => [ip, server, Number(lease), mac]),
      ),
    );
    // uid leads from each line to its connection.
    const joined = await python<Record<string, unknown[]>>(
      `
import duckdb, json, sys
def log(name): return f"(select * from read_json('{sys.argv[1]}/{name}.log'))"
ends = ' and '.join(f'l."id.{e}" = c."id.{e}"' for e in ["orig_h", "orig_p", "resp_h", "resp_p"])
def joined(name):
    return duckdb.sql(f"""select count(*), count(*) filter (exists (select 1 from {log("conn")} c
      where c.uid = l.uid and (c."id.resp_p" <> 53 or {ends}))) from {log(name)} l""").fetchall()[0]
def services(name):
    return duckdb.sql(f"""select distinct c.service from {log(name)} l join {log("conn")} c using (uid)""").fetchall()
leases = duckdb.sql(f"""select count(*), count(*) filter (exists (select 1 from {log("conn")} c where c.uid = u))
  from (select unnest(uids) u from {log("dhcp")})""").fetchall()[0]
print(json.dumps({n: [*joined(n), *[s for s, in services(n)]] for n in ["http", "ssh"]} | {"dns": joined("dns"), "dhcp": leases}))`,
      out,
    );
    assertEquals(joined, {
      http: [8, 8, "http"],
      ssh: [1, 1, "ssh"],
      dns: [joined.dns![0]!, joined.dns![0]!],
      dhcp: [5, 5],
    });
  },
});
