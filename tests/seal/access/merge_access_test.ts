import { assertEquals } from "@std/assert";
import {
  acceptKey,
  type AccessState,
  enrolKey,
  NO_ACCESS,
  revokeName,
  rotateKey,
  withToken,
} from "../../../lib/seal/access/access_state.ts";
import { mergeAccess } from "../../../lib/seal/access/merge_access.ts";

const keyOf = (digit: string) => digit.repeat(64);

/** A name enrols at a time with a key of one digit. */
function enrolled(state: AccessState, name: string, digit: string, atMs: number): AccessState {
  const id = digit.repeat(32);
  const token = { id, secretHash: keyOf("0"), name, options: { mayUseBox: false } };
  const awaited = withToken(state, { ...token, madeMs: atMs, expiresMs: atMs + 1000 });
  return enrolKey(awaited, { id, key: keyOf(digit), isListed: false }, atMs + 1).state;
}

const keysOf = ({ keys }: AccessState) => keys.map(({ name, key }) => `${name} ${key[0]}`);
const actsOf = ({ acts }: AccessState) =>
  acts.waiting.map(([act]) => `${act!.act} ${act!.name}`).join(", ");

Deno.test("the first that knows something is taken as it is, with the numbers of its acts", () => {
  const own = { ...enrolled(NO_ACCESS, "gate", "a", 1000), acts: { next: 7, waiting: [] } };
  assertEquals(mergeAccess(NO_ACCESS, own), own);
});

Deno.test("what others know is added once, in its order, with its acts", () => {
  const all = enrolled(NO_ACCESS, "gate", "a", 1000);
  const own = acceptKey(
    enrolled(enrolled(NO_ACCESS, "mill", "b", 2000), "hall", "c", 3000),
    keyOf("b"),
    5,
  );
  const merged = mergeAccess(all, own);
  assertEquals(keysOf(merged), ["gate a", "mill b", "hall c"]);
  assertEquals(merged.accepted, [{ key: keyOf("b"), sinceMs: 5 }]);
  assertEquals(
    actsOf(merged),
    "token gate, enrolled gate, token mill, enrolled mill, token hall, enrolled hall",
  );
  assertEquals(merged.acts.next, 7);
  const stored = { ...own, acts: { ...own.acts, waiting: [] } };
  assertEquals(mergeAccess(merged, stored), merged);
});

Deno.test("what is revoked on one side stays out, unless it was enrolled later", () => {
  const own = enrolled(enrolled(NO_ACCESS, "mill", "b", 2000), "hall", "c", 3000);
  const revokedHere = revokeName(enrolled(NO_ACCESS, "gate", "a", 1000), "mill", 2500);
  assertEquals(keysOf(mergeAccess(revokedHere, own)), ["gate a", "hall c"]);
  assertEquals(mergeAccess(revokedHere, own).tokens.map(({ name }) => name), ["gate", "hall"]);
  const revokedBefore = revokeName(revokedHere, "hall", 2999);
  assertEquals(keysOf(mergeAccess(revokedBefore, own)), ["gate a", "hall c"]);
  const { revoked } = mergeAccess(
    enrolled(NO_ACCESS, "gate", "a", 1000),
    revokeName(own, "hall", 4000),
  );
  assertEquals(revoked, [{ name: "hall", sinceMs: 4000, keys: [keyOf("c")] }]);
});

Deno.test("a key that took another's place does so for all", () => {
  const own = enrolled(NO_ACCESS, "mill", "b", 2000);
  const rotated = rotateKey(
    own,
    { key: keyOf("b"), next: keyOf("d"), listed: undefined, isNextListed: false },
    3000,
  ).state;
  const merged = mergeAccess(enrolled(NO_ACCESS, "gate", "a", 1000), rotated);
  assertEquals(keysOf(merged), ["gate a", "mill b", "mill d"]);
  assertEquals(merged.retired.map(({ key, next }) => key[0]! + next[0]!), ["bd"]);
});
