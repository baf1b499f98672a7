import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseHex } from "../../../lib/base/bytes.ts";
import { accessRoster } from "../../../lib/seal/access/access_roster.ts";
import {
  acceptKey,
  enrolKey,
  EnrolResult,
  hasName,
  NO_ACCESS,
  revokeName,
  type StoredToken,
  withToken,
} from "../../../lib/seal/access/access_state.ts";
import { formatAccess, parseAccess } from "../../../lib/seal/access/access_text.ts";
import { parseRoster } from "../../../lib/seal/roster.ts";

const GATE = "0a".repeat(32);
const HALL = "0b".repeat(32);
const MILL = "0c".repeat(32);
const DAY_MS = 86_400_000;
const { Enrolled, Expired, KnownKey, NoToken, Used } = EnrolResult;

function token(name: string, rest: Partial<StoredToken> = {}): StoredToken {
  return {
    id: "01".repeat(16),
    secretHash: "02".repeat(32),
    name,
    options: { mayUseBox: false },
    madeMs: 0,
    expiresMs: 1000,
    ...rest,
  };
}

function listed(text: string) {
  const parsed = parseRoster(text);
  assert("roster" in parsed);
  return parsed.roster;
}

const wish = (key: string, rest = {}) => ({
  id: "01".repeat(16),
  key,
  isListed: false,
  ...rest,
});

Deno.test("a token enrols one key, in time; that one gets the same answer again", () => {
  const options = { mayUseBox: false, maxRate: 1000 };
  const made = withToken(NO_ACCESS, token("gate", { options }));
  const refusals = [
    [wish(GATE, { id: "03".repeat(16) }), 0, NoToken],
    [wish(GATE), 1000, Expired],
    [wish(GATE, { isListed: true }), 0, KnownKey],
  ] as const;
  for (const [each, nowMs, result] of refusals) {
    assertEquals(enrolKey(made, each, nowMs), { result, state: made });
  }
  const { state, ...answer } = enrolKey(made, wish(GATE), 999);
  assertEquals(answer, { result: Enrolled, name: "gate" });
  const list = accessRoster(state, undefined)!;
  assertEquals(list.entryOf(parseHex(GATE)!), { name: "gate", ...options });
  assertEquals(list.entryOf(parseHex(HALL)!), undefined);
  assertEquals(enrolKey(state, wish(GATE), DAY_MS), { ...answer, state });
  assertEquals(enrolKey(state, wish(HALL), 999), { result: Used, state });
});

Deno.test("without anything enrolled the operator's list says who may send, or everybody may", () => {
  assertEquals(accessRoster(acceptKey(NO_ACCESS, GATE, 5), undefined), undefined);
  const list = listed(`${GATE} gate`);
  assertEquals(accessRoster(NO_ACCESS, list), list);
  assert(accessRoster(withToken(NO_ACCESS, token("gate")), undefined), "from the first token on");
});

Deno.test("a revoked name has no key, whoever let it, until it is enrolled again", () => {
  const enrolled = enrolKey(withToken(NO_ACCESS, token("gate")), wish(HALL), 1).state;
  const waiting = withToken(enrolled, token("gate", { id: "04".repeat(16) }));
  const list = listed(`${GATE} gate\n${MILL} mill`);
  const has = (state: typeof waiting) =>
    [GATE, HALL, MILL].map((key) => accessRoster(state, list)!.entryOf(parseHex(key)!)?.name);
  assertEquals(has(waiting), ["gate", "gate", "mill"]);
  const revoked = revokeName(waiting, "gate", 2);
  assertEquals(has(revoked), [undefined, undefined, "mill"]);
  assertEquals(revoked.tokens, [], "what was promised to it is not good any more");
  assert(hasName(waiting, "gate") && !hasName(revoked, "gate"));
  const again = enrolKey(withToken(revoked, token("gate", { id: "05".repeat(16) })), {
    ...wish(HALL),
    id: "05".repeat(16),
  }, 3).state;
  assertEquals(has(again), [undefined, "gate", "mill"]);
});

Deno.test("tokens are forgotten a month after they have expired", () => {
  const old = withToken(NO_ACCESS, token("gate"));
  const later = token("mill", { madeMs: 29 * DAY_MS, expiresMs: 30 * DAY_MS });
  assertEquals(withToken(old, later).tokens.map(({ name }) => name), ["gate", "mill"]);
  const latest = token("hall", { madeMs: 31 * DAY_MS, expiresMs: 32 * DAY_MS });
  assertEquals(withToken(old, latest).tokens.map(({ name }) => name), ["hall"]);
});

Deno.test("what is written down is read as it was; what is wrong in it is said", () => {
  const options = { mayUseBox: false, types: [38], maxRate: 102_400 };
  const made = withToken(NO_ACCESS, token("gate ü", { options }));
  const all = acceptKey(revokeName(enrolKey(made, wish(HALL), 7).state, "x", 8), HALL, 9);
  const text = formatAccess(all);
  assertEquals(parseAccess(text), { state: all });
  assertEquals(JSON.parse(text).keys[0], {
    key: HALL,
    name: "gate ü",
    options: "types=TCP max-rate=100K/s",
    since: "1970-01-01T00:00:00.007Z",
  });
  const wrong: [string, RegExp][] = [
    ["", /no JSON/],
    ["[]", /the file is no object/],
    [text.replace('"version": 1', '"version": 2'), /version 2; wanted: 1/],
    [text.replace(HALL, "xyz"), /other digits/],
    [text.replace("types=TCP", "types=TPC"), /no record type "TPC"/],
    [text.replace("1970", "sometime"), /is no time/],
    [text.replace('"name"', '"nam"'), /missing/],
    [text.replace('"keys": [', '"keys": 1, "x": ['), /keys is no list/],
  ];
  for (const [damaged, problem] of wrong) {
    const parsed = parseAccess(damaged);
    assert("problem" in parsed, damaged);
    assertMatch(parsed.problem, problem);
  }
});
