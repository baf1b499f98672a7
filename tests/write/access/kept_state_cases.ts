/** What every place does that keeps a state which several processes change. */
import { assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import {
  acceptKey,
  type AccessState,
  enrolKey,
  EnrolResult,
  NO_ACCESS,
  withToken,
} from "../../../lib/seal/access/access_state.ts";
import type { KeptState } from "../../../lib/write/access/kept_state.ts";
import { type Need, needs } from "../../needs.ts";

/** A place, empty at first, which each `open` sees as a process of its own does. */
export type WithinPlace = (
  test: (open: () => Promise<KeptState<AccessState>>) => Promise<void>,
) => Promise<void>;

const TOKEN = {
  ...{ id: "01".repeat(16), secretHash: "02".repeat(32), name: "gate" },
  ...{ options: { mayUseBox: false }, madeMs: 1_000, expiresMs: 2_000 },
};
const keyOf = (n: number) => n.toString(16).padStart(64, "0");

/** Adds the cases for a place. */
export function keptStateCases(what: string, within: WithinPlace, ...need: Need[]): void {
  const testCase = (
    name: string,
    test: (a: KeptState<AccessState>, b: KeptState<AccessState>) => Promise<void>,
  ) =>
    Deno.test(
      needs(`${what}: ${name}`, ...need),
      () => within(async (open) => test(await open(), await open())),
    );

  testCase("what one changes another reads, and it is nothing at first", async (a, b) => {
    assertEquals(await a.read(), NO_ACCESS);
    await a.change((state) => ({ state }));
    assertEquals(await b.read(), NO_ACCESS);
    await a.change((state) => ({ state: withToken(state, TOKEN, "uid 7") }));
    const state = await b.read();
    assertEquals(state.tokens, [TOKEN]);
    assertEquals(await a.read(), state);
    assertEquals((await b.change((state) => ({ state }))).state, state);
  });

  testCase("of many that want the same token at once one has it", async (a, b) => {
    await a.change((state) => ({ state: withToken(state, TOKEN) }));
    const enrolled = await Promise.all(
      Array.from(
        { length: 8 },
        (_, n) =>
          (n % 2 ? a : b).change((state) =>
            enrolKey(state, { id: TOKEN.id, key: keyOf(n), isListed: false }, 1_500)
          ),
      ),
    );
    const results = enrolled.map(({ result }) => result).sort();
    assertEquals(results, [EnrolResult.Enrolled, ...Array(7).fill(EnrolResult.Used)]);
    const winner = keyOf(enrolled.findIndex(({ result }) => result === EnrolResult.Enrolled));
    for (const each of [a, b]) {
      const { tokens, keys, acts } = await each.read();
      assertEquals([tokens[0]!.usedBy, keys.map(({ key }) => key)], [winner, [winner]]);
      assertEquals(acts.waiting.map(([act]) => act!.act), ["token", "enrolled"]);
    }
  });

  testCase("of changes that two make at once none is lost", async (a, b) => {
    const keys = Array.from({ length: 40 }, (_, n) => keyOf(n));
    await Promise.all(
      keys.map((key, n) =>
        (n % 2 ? a : b).change((state) => ({ state: acceptKey(state, key, 1_000) }))
      ),
    );
    for (const each of [a, b]) {
      assertEquals((await each.read()).accepted.map(({ key }) => key).sort(), keys);
    }
  });

  testCase("a change that fails changes nothing, and the next one is made", async (a, b) => {
    const failing = a.change(() => {
      throw new ConfigError("usage", "not that");
    });
    await assertRejects(() => failing, ConfigError, "not that");
    assertEquals(await b.read(), NO_ACCESS);
    await a.change((state) => ({ state: withToken(state, TOKEN) }));
    assertEquals((await b.read()).tokens, [TOKEN]);
  });
}
