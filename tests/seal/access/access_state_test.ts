import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { accessRoster } from "../../../lib/seal/access/access_roster.ts";
import {
  acceptKey,
  enrolKey,
  EnrolResult,
  hasName,
  NO_ACCESS,
  OVERLAP_MS,
  revokeName,
  rotateKey,
  RotateResult,
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

/** Nothing is over by then. */
const NOW = () => 0;

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
  const list = accessRoster(state, undefined, NOW)!;
  assertEquals(list.entryOf(parseHex(GATE)!), { name: "gate", ...options });
  assertEquals(list.entryOf(parseHex(HALL)!), undefined);
  assertEquals(enrolKey(state, wish(GATE), DAY_MS), { ...answer, state });
  assertEquals(enrolKey(state, wish(HALL), 999), { result: Used, state });
});

Deno.test("without anything enrolled the operator's list says who may send, or everybody may", () => {
  assertEquals(accessRoster(acceptKey(NO_ACCESS, GATE, 5), undefined, NOW), undefined);
  const list = listed(`${GATE} gate`);
  assertEquals(accessRoster(NO_ACCESS, list, NOW)!.entryOf(parseHex(GATE)!)?.name, "gate");
  assert(
    accessRoster(withToken(NO_ACCESS, token("gate")), undefined, NOW),
    "from the first token on",
  );
});

Deno.test("a revoked name has no key, whoever let it, until it is enrolled again", () => {
  const enrolled = enrolKey(withToken(NO_ACCESS, token("gate")), wish(HALL), 1).state;
  const waiting = withToken(enrolled, token("gate", { id: "04".repeat(16) }));
  const list = listed(`${GATE} gate\n${MILL} mill`);
  const has = (state: typeof waiting) =>
    [GATE, HALL, MILL].map((key) => accessRoster(state, list, NOW)!.entryOf(parseHex(key)!)?.name);
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

Deno.test("another key takes the place of one of the operator's list: both may send, until the new one has come", () => {
  const list = listed(`${GATE} gate types=TCP\n${MILL} mill`);
  const wanted = {
    key: GATE,
    next: HALL,
    listed: { name: "gate", options: { mayUseBox: false, types: [38] } },
    isNextListed: false,
  };
  const { result, state } = rotateKey(NO_ACCESS, wanted, 5);
  assertEquals(result, RotateResult.Rotated);
  const has = (of: typeof state, nowMs: number, of_ = list) =>
    [GATE, HALL].map((key) => accessRoster(of, of_, () => nowMs)!.entryOf(parseHex(key)!));
  const gate = list.entryOf(parseHex(GATE)!);
  assertEquals(has(state, 5), [gate, gate]);
  assertEquals(has(state, 4 + OVERLAP_MS), [gate, gate]);
  assertEquals(has(state, 5 + OVERLAP_MS), [undefined, gate]);
  assertEquals(rotateKey(state, wanted, 6), { result, state }, "the same again");
  const accepted = acceptKey(state, HALL, 7);
  assertEquals(has(accepted, 7), [undefined, gate]);
  assertEquals(has(revokeName(accepted, "gate", 8), 8), [undefined, undefined]);
  assertEquals(
    has(accepted, 8, listed(`${MILL} mill`)),
    [undefined, undefined],
    "its line has gone",
  );
  assertEquals(parseAccess(formatAccess(accepted)), { state: accepted });
});

Deno.test("a key that came ends all before it, also where one between was changed before it ever came", () => {
  const enrolled = enrolKey(withToken(NO_ACCESS, token("gate")), wish(GATE), 1).state;
  const unlisted = { listed: undefined, isNextListed: false };
  const once = rotateKey(enrolled, { ...unlisted, key: GATE, next: HALL }, 2).state;
  const twice = rotateKey(once, { ...unlisted, key: HALL, next: MILL }, 3).state;
  const has = (of: typeof twice) =>
    [GATE, HALL, MILL].map((key) =>
      accessRoster(of, undefined, () => 5)!.entryOf(parseHex(key)!)?.name
    );
  assertEquals(has(twice), ["gate", "gate", "gate"]);
  assertEquals(has(acceptKey(twice, HALL, 4)), [undefined, "gate", "gate"]);
  assertEquals(has(acceptKey(twice, MILL, 4)), [undefined, undefined, "gate"]);
});

Deno.test("a key that somebody has, or had, takes nobody's place; one that never came makes way for another", () => {
  const enrolled = enrolKey(withToken(NO_ACCESS, token("gate")), wish(GATE), 1).state;
  const wanted = { key: GATE, next: HALL, listed: undefined, isNextListed: false };
  const { state } = rotateKey(enrolled, wanted, 2);
  const refused = { result: RotateResult.KnownKey, state };
  assertEquals(rotateKey(state, { ...wanted, next: MILL, isNextListed: true }, 3), refused);
  assertEquals(rotateKey(state, { ...wanted, key: HALL, next: GATE }, 3), refused);
  const again = rotateKey(state, { ...wanted, next: MILL }, 3);
  assertEquals(again.result, RotateResult.Rotated);
  assertEquals(again.state.keys.map(({ key, name }) => [key, name]), [[GATE, "gate"], [
    MILL,
    "gate",
  ]]);
  assertEquals(again.state.retired, [{ key: GATE, next: MILL, untilMs: 2 + OVERLAP_MS }]);
  const came = acceptKey(again.state, MILL, 4);
  assertEquals(came.keys.map(({ key }) => key), [MILL]);
  assertEquals(
    rotateKey(came, { ...wanted, key: MILL, next: GATE }, 5).result,
    RotateResult.KnownKey,
  );
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
