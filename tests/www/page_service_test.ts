import { assertEquals, assertMatch } from "@std/assert";
import { StoreError } from "../../lib/base/errors.ts";
import type { EnrolWish } from "../../lib/www/page_actions.ts";
import { PAGE_FILES } from "../../lib/www/page_files.ts";
import { needs, OPENSSL } from "../needs.ts";
import { identityOf } from "../tls_identity_of.ts";
import { until } from "../until.ts";
import { ask, encoded, enter, ofPage } from "./asked.ts";
import { NOTHING, TOKEN, withPage } from "./served.ts";

const API = [
  "GET /api/events",
  "POST /api/enrol",
  "POST /api/revoke",
  "POST /api/leave",
  "GET /api/x",
];

Deno.test(
  "nothing is loaded or run but what the program serves, and nobody frames it: all answers say so",
  withPage(async ({ port, cookie }) => {
    const lines = [
      ...[...PAGE_FILES.keys()].map((path) => `GET ${path}`),
      ...["GET /api/about", "GET /nothing", "GET /api/events?address=x"],
    ];
    for (const line of lines) {
      const { headers } = await ask(port, line, { Cookie: cookie });
      const policy = headers.get("content-security-policy")?.split("; ");
      const by = (name: string) => policy?.find((part) => part.startsWith(`${name} `));
      assertEquals(by("default-src"), "default-src 'none'", line);
      assertEquals(by("script-src"), "script-src 'self'", line);
      assertEquals(by("style-src"), "style-src 'self'", line);
      assertEquals(by("frame-ancestors"), "frame-ancestors 'none'", line);
      assertEquals(by("require-trusted-types-for"), "require-trusted-types-for 'script'", line);
      assertEquals(headers.get("x-content-type-options"), "nosniff", line);
      assertEquals(headers.get("referrer-policy"), "no-referrer", line);
      assertEquals(headers.get("cross-origin-opener-policy"), "same-origin", line);
      assertEquals(headers.get("cross-origin-resource-policy"), "same-origin", line);
      assertEquals(headers.get("cache-control"), "no-store", line);
    }
  }),
);

Deno.test("the page itself has no script or style in its markup, and its scripts make none", () => {
  const markup = PAGE_FILES.get("/")!.text;
  assertEquals(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:/i.test(markup), false);
  assertEquals(/https?:\/\//.test(markup), false);
  for (const [path, { text }] of PAGE_FILES) {
    const makesMarkup =
      /innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|new Function|DOMParser/;
    assertEquals(makesMarkup.test(text), false, path);
  }
});

Deno.test(
  "without the token nothing is told: not with another cookie, not for another host, not from another site",
  withPage(async ({ page, port, cookie }) => {
    const statusOf = async (line: string, headers: Record<string, string>) =>
      (await ask(port, line, headers, line.startsWith("POST") ? "{}" : "")).status;
    for (const line of API) {
      assertEquals(await statusOf(line, ofPage(port)), 401, line);
      assertEquals(await statusOf(line, { ...ofPage(port), Cookie: `${cookie}0` }), 401, line);
      const elsewhere = { ...ofPage(port), Cookie: cookie, Host: `evil.example:${port}` };
      assertEquals(await statusOf(line, elsewhere), 421, line);
      if (!line.startsWith("POST")) continue;
      assertEquals(await statusOf(line, { Cookie: cookie }), 403, line);
      const site = { ...ofPage(port), Cookie: cookie, Origin: "http://evil.example" };
      assertEquals(await statusOf(line, site), 403, line);
    }
    assertEquals((await ask(port, "GET /api/about")).text, "{}");
    assertMatch((await ask(port, "GET /api/about", { Cookie: cookie })).text, /"out":"records"/);
    assertEquals(page.counts.refusedRequests, 3 * API.length + 2 * 3);
  }),
);

Deno.test(
  "a wrong token is refused and said, and tries are few",
  withPage(async ({ port, said }) => {
    const tries = [];
    for (let n = 0; n < 20; n++) {
      const body = JSON.stringify({ token: `${TOKEN}${n}` });
      tries.push((await ask(port, "POST /api/enter", ofPage(port), body)).status);
    }
    assertEquals(tries[0], 401);
    assertEquals(tries.includes(429), true);
    assertEquals(tries.every((status) => status === 401 || status === 429), true);
    assertMatch(said.problems[0]![1], /^Refused a wrong token of the page from 127\.0\.0\.1:\d+$/);
    for (const body of ["", "{}", "[1]", '{"token":1}', "\xff"]) {
      const { status } = await ask(port, "POST /api/enter", ofPage(port), body);
      assertEquals(status === 401 || status === 429, true, body);
    }
  }),
);

Deno.test(
  "the metrics that its numbers are of are for who is known, or says the token in a header",
  withPage(async ({ page, port, cookie, said }) => {
    const get = (headers: Record<string, string>) => ask(port, "GET /metrics", headers);
    assertEquals((await get({ Cookie: cookie })).status, 503); // nothing has been told
    page.tell(() => ({ ...NOTHING, sensors: [{ name: "a", storedRecords: 5, storedBytes: 700 }] }));
    const bearer = { Authorization: `Bearer ${TOKEN}` };
    for (const headers of [{ Cookie: cookie }, bearer]) {
      const { status, text } = await get(headers);
      assertEquals(status, 200);
      assertMatch(text, /^farcap_sensor_stored_records_total\{client="a"\} 5$/m);
    }
    assertEquals((await get({})).status, 401);
    assertEquals((await get({ Authorization: `Basic ${TOKEN}` })).status, 401);
    assertEquals((await get({ ...bearer, Host: `evil.example:${port}` })).status, 421);
    const wrong = { Authorization: `Bearer ${TOKEN}0` };
    assertEquals((await get(wrong)).status, 401);
    assertMatch(said.problems[0]![1], /^Refused a wrong token of the page from 127\.0\.0\.1:\d+$/);
    for (let status = 401; status !== 429;) status = (await get(wrong)).status; // tries are few
    assertEquals((await ask(port, "GET /api/about", bearer)).text, "{}"); // for the metrics only
  }),
);

Deno.test("viewers are told everything, then what changes; who leaves is forgotten", async () => {
  await withPage(async ({ page, port, cookie }) => {
    const sensors = [{ name: "<script>", connected: 1, storedRecords: 5, storedBytes: 700 }];
    page.tell(() => ({ ...NOTHING, sensors }));
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(encoded(port, "GET /api/events", { Cookie: cookie }));
    let told = "";
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of connection.readable) {
        told += decoder.decode(chunk, { stream: true });
      }
    })().catch(() => {}); // it is closed below
    await until("everything is told", () => /event: all\ndata: .*\n\n/.test(told));
    const all = JSON.parse(/event: all\ndata: (.*)\n/.exec(told)![1]!);
    const [row] = all.sensors;
    const of = (column: string) => row[all.columns.indexOf(column)];
    assertEquals([of("name"), of("state"), of("records"), of("bytes")], [
      "<script>",
      "connected",
      5,
      700,
    ]);
    assertEquals(page.counts.viewers, 1);
    sensors[0]!.storedRecords = 9;
    await until("a change is told", () => /event: changes\ndata: .*,9,700,.*\n\n/.test(told));
    connection.close();
    await reading;
    await until("it is forgotten", () => page.counts.viewers === 0);
  })();
});

Deno.test(
  "there are 32 viewers at most, also of those that come at once; what is no address is no filter",
  withPage(async ({ page, port, cookie }) => {
    const request = encoded(port, "GET /api/events?records", { Cookie: cookie });
    const connections = await Promise.all(
      Array.from({ length: 48 }, () => Deno.connect({ hostname: "127.0.0.1", port })),
    );
    const heads = await Promise.all(connections.map(async (connection) => {
      await connection.write(request);
      const head = new Uint8Array(12);
      await connection.read(head);
      return new TextDecoder().decode(head);
    }));
    assertEquals(heads.filter((head) => head === "HTTP/1.1 200").length, 32);
    assertEquals(heads.filter((head) => head === "HTTP/1.1 503").length, 16);
    assertEquals(page.counts.viewers, 32);
    connections.forEach((connection) => connection.close());
    await until("all have gone", () => page.counts.viewers === 0);
    const wrong = await ask(port, "GET /api/events?address=1)or(x", { Cookie: cookie });
    assertEquals(wrong.status, 400);
  }),
);

Deno.test("who has the token enrols and revokes; what cannot be is said", async () => {
  const wishes: (EnrolWish | string)[] = [];
  const actions = {
    enrol: (wish: EnrolWish) => {
      wishes.push(wish);
      return Promise.resolve({ token: "farcap-token", expires: new Date(0) });
    },
    revoke: (name: string) => {
      if (name === "nobody") {
        return Promise.reject(new StoreError("read-failed", "Cannot revoke nobody:\nno"));
      }
      wishes.push(name);
      return Promise.resolve();
    },
  };
  await withPage(async ({ port, cookie, said }) => {
    const post = async (path: string, what: unknown) => {
      const headers = { ...ofPage(port), Cookie: cookie };
      const { status, text } = await ask(port, `POST ${path}`, headers, JSON.stringify(what));
      return [status, text.trim()];
    };
    const wish = {
      words: "plant-7 max-rate=100K",
      address: "collector.example:1335",
      valid: "90m",
    };
    assertEquals(await post("/api/enrol", wish), [
      200,
      '{"token":"farcap-token","expires":"1970-01-01T00:00:00.000Z"}',
    ]);
    assertEquals(await post("/api/revoke", { name: "plant-7\n" }), [200, "{}"]);
    const { valid: _, ...others } = wish;
    assertEquals(
      wishes,
      [{ ...others, validMs: 5_400_000 }, "plant-7\n"]
        .map((each) =>
          typeof each === "string"
            ? each
            : { words: each.words, address: each.address, validMs: each.validMs }
        ),
    );
    assertEquals(await post("/api/revoke", { name: "nobody" }), [
      409,
      "Cannot revoke nobody:\ufffdno",
    ]);
    for (
      const wrong of [{}, { ...wish, words: 1 }, { ...wish, valid: "1" }, { ...wish, valid: "0s" }]
    ) {
      assertEquals((await post("/api/enrol", wrong))[0], 400, JSON.stringify(wrong));
    }
    assertEquals(said.lines.filter((line) => /^from the page at /.test(line)).length, 2);
    assertMatch(said.lines.at(-1)!, /: plant-7\ufffd may not send any more$/);
    const { headers } = await ask(
      port,
      "POST /api/leave",
      { ...ofPage(port), Cookie: cookie },
      "{}",
    );
    assertMatch(headers.get("set-cookie")!, /^farcap-\d+=; Max-Age=0;/);
  }, { actions })();
});

Deno.test(
  "what goes wrong in the program itself is said in its log, not to who asked",
  withPage(async ({ port, cookie, said }) => {
    const headers = { ...ofPage(port), Cookie: cookie };
    const wrong = await ask(port, "POST /api/revoke", headers, '{"name":"plant-7"}');
    assertEquals([wrong.status, wrong.text], [500, "Internal Server Error\n"]);
    assertMatch(wrong.headers.get("content-security-policy")!, /^default-src 'none'/);
    assertEquals(said.problems.at(-1)![1], "Cannot answer POST /api/revoke: nobody is revoked");
  }),
);

Deno.test(
  "a body beyond 4 KiB is refused, and so is what no browser sends",
  withPage(async ({ port, cookie }) => {
    const headers = { ...ofPage(port), Cookie: cookie };
    assertEquals((await ask(port, "POST /api/enter", headers, "x".repeat(4097))).status, 413);
    assertEquals((await ask(port, "PUT /api/enter", headers)).status, 405);
    assertEquals((await ask(port, "GET /../priv.key", headers)).status, 404);
    assertEquals(typeof await enter(port, TOKEN), "string");
  }),
);

Deno.test(
  needs("a certificate that is renewed again meanwhile is taken after the other", OPENSSL),
  async () => {
    const identities = await Promise.all(["one", "two", "three"].map(identityOf));
    const readTls = () => Promise.resolve(identities.shift()!);
    await withPage(async ({ page, said }) => {
      await Promise.all([page.renew(), page.renew()]);
      assertEquals(said.problems, []);
      const renewed = "the page has another certificate";
      assertEquals(said.lines.slice(1), [renewed, renewed]);
    }, { readTls, isSecure: true })();
  },
);
