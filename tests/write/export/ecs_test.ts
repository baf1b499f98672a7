/** What is in ECS events, beside Elastic's list of fields and what tshark says of the same capture. */
import { assert, assertEquals } from "@std/assert";
import { createRequire } from "node:module";
import { prepareEcsFieldList } from "../../../tools/ecs_field_list.ts";
import { JQ, type Need, needs, TSHARK } from "../../needs.ts";
import {
  exportRecords,
  jqLines,
  OFFICE,
  recordedOffice,
  SENSOR,
  sorted,
  sum,
  tshark,
} from "./recorded_capture.ts";

const LIST = new URL("../../../.tools/ecs/ecs_flat.cjs", import.meta.url).pathname;
const problem = await prepareEcsFieldList(LIST);
const FIELD_LIST: Need = {
  what: `Elastic's list of fields (${problem})`,
  isMet: () => problem === undefined,
};

/** A field in Elastic's list. */
interface Listed {
  readonly type: string;
  readonly normalize: readonly string[];
  readonly allowed_values?: readonly {
    readonly name: string;
    readonly expected_event_types?: readonly string[];
  }[];
}

const OBJECTS = ["dns.answers"];
const IP = /^(\d+\.\d+\.\d+\.\d+|[0-9a-f:.]*:[0-9a-f:.]*)$/;
const IS_OF_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: (value) => typeof value === "string",
  wildcard: (value) => typeof value === "string",
  ip: (value) => typeof value === "string" && IP.test(value),
  long: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === "boolean",
  date: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
};

/** All values with the names of their fields, lists as such. */
function* leaves(value: unknown, name = ""): Generator<[string, unknown]> {
  if (OBJECTS.includes(name)) {
    for (const item of value as unknown[]) yield* leaves(item, `${name}.`);
  } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [key, member] of Object.entries(value)) {
      yield* leaves(member, name === "" || name.endsWith(".") ? name + key : `${name}.${key}`);
    }
  } else yield [name, value];
}

Deno.test({
  ...needs(
    "ecs: all fields of a capture's events are in Elastic's list, and of its types",
    FIELD_LIST,
  ),
  async fn() {
    const fields: Readonly<Record<string, Listed>> = createRequire(import.meta.url)(LIST).EcsFlat;
    const out = await exportRecords(await recordedOffice(), "ecs");
    const text = await Deno.readTextFile(`${out}/ecs.ndjson`);
    const events = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert(events.length > 300);
    for (const event of events) {
      for (const [name, value] of leaves(event)) {
        if (name.startsWith("farcap.")) continue; // ours
        const listed = fields[name];
        assert(listed !== undefined, `${name} is no field`);
        assertEquals(Array.isArray(value), listed.normalize.includes("array"), name);
        const names = listed.allowed_values?.map(({ name }) => name);
        for (const one of [value].flat()) {
          assert(IS_OF_TYPE[listed.type]!(one), `${name}: ${JSON.stringify(one)}`);
          assert(names === undefined || names.includes(one as string), `${name}: ${one}`);
        }
      }
      const expected = fields["event.category"]!.allowed_values!
        .filter(({ name }) => event.event.category.includes(name))
        .flatMap(({ expected_event_types }) => expected_event_types!);
      for (const type of event.event.type) assert(expected.includes(type), `${type}: ${event}`);
    }
  },
});

Deno.test({
  ...needs("ecs: the events of a capture say what tshark does", TSHARK, JQ),
  async fn() {
    const out = await exportRecords(await recordedOffice(), "ecs");
    const events = <T>(dataset: string, filter: string) =>
      jqLines<T>(
        `${out}/ecs.ndjson`,
        `select(.event.dataset == "farcap.${dataset}") | ${filter}`,
      );
    const v4 = await tshark(OFFICE, "ip", "ip.len");
    const v6 = await tshark(OFFICE, "ipv6", "ipv6.plen");
    const flows = await events<string[]>("connection", "[.network.packets, .network.bytes]");
    assertEquals([sum(flows), sum(flows, 1)], [
      v4.length + v6.length,
      sum(v4) + sum(v6) + 40 * v6.length,
    ]);
    assertEquals(
      sorted(
        await events(
          "dns",
          "select(.destination.port == 53 and .event.duration) | [.dns.id, .dns.question.name, .event.duration]",
        ),
      ),
      sorted(
        (await tshark(
          OFFICE,
          "(udp.port == 53 || tcp.port == 53) && dns.time",
          ...["dns.id", "dns.qry.name", "dns.time"],
        )).map(([id, name, time]) => [
          ...[String(Number(id)), name === "<Root>" ? "" : name],
          Math.round(Number(time) * 1e9),
        ]),
      ),
    );
    const requests = ["http.request.method", "http.host", "http.request.uri", "http.user_agent"];
    assertEquals(
      sorted(
        await events(
          "http",
          "[.http.request.method, .url.domain, .url.original, .user_agent.original]",
        ),
      ),
      sorted(await tshark(OFFICE, "http.request", ...requests)),
    );
    const messages = ["", "discover", "offer", "request", "decline", "ack", "nak", "release"];
    assertEquals(
      sorted(await events("dhcp", "[.event.action, .observer.name]")),
      sorted(
        (await tshark(OFFICE, "dhcp", "dhcp.option.dhcp"))
          .map(([type]) => [messages[Number(type)], SENSOR]),
      ),
    );
    const uids = new Set(await events("connection", ".event.id"));
    for (const dataset of ["dns", "http", "ssh", "dhcp", "file"]) {
      for (const uid of await events(dataset, ".event.id")) assert(uids.has(uid), dataset);
    }
  },
});
