/** What collectors have in common in an engine that is killed, does not answer, or has lost it. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { gunzipSync } from "node:zlib";
import {
  acceptKey,
  enrolKey,
  revokeName,
  withToken,
} from "../../../lib/seal/access/access_state.ts";
import { StoreError } from "../../../lib/base/errors.ts";
import { EngineError } from "../../../lib/write/nats/engine_error.ts";
import { ACCESS_FORMAT } from "../../../lib/write/access/state_format.ts";
import type { Engine } from "../../../lib/write/nats/engine.ts";
import { StateMessage } from "../../../lib/write/nats/state_message_io.ts";
import { AccessFolder } from "../../../lib/write/access/access_folder_io.ts";
import { NATS_SERVER, needs } from "../../needs.ts";
import { until } from "../../until.ts";
import { MemoryDisk } from "../files/memory_disk.ts";
import { withinEngine } from "./engine_states.ts";
import { asking, messagesOf } from "./nats_place.ts";

const tokenOf = (name: string) => ({
  ...{ id: "01".repeat(16), secretHash: "02".repeat(32), name },
  ...{ options: { mayUseBox: false }, madeMs: 1_000, expiresMs: 2_000 },
});

Deno.test(
  needs("while the engine is away what was read holds, and changes fail in one line", NATS_SERVER),
  () =>
    withinEngine(async ({ server, open }) => {
      const { access } = await open();
      await access.change((state) => ({ state: withToken(state, tokenOf("gate")) }));
      await server.kill();
      const wishes = ["mill", "hall"].map((name) =>
        access.change((state) => ({ state: revokeName(state, name, 3_000) }))
      );
      for (const wish of wishes) {
        const { message } = await assertRejects(() => wish, EngineError);
        assertMatch(message, /^Cannot change who may send at nats:\S+: [^\n]+$/);
      }
      await assertRejects(() => access.read(), EngineError, "Cannot read who may send at nats:");
      assertEquals(access.known?.tokens, [tokenOf("gate")]);
      await server.restart();
      await until("it is changed", () =>
        access.change((state) => ({ state: revokeName(state, "mill", 3_000) }))
          .then(() =>
            true, () => false));
      const { tokens, revoked } = await (await open()).access.read();
      assertEquals([
        tokens.length,
        revoked.map(({ name }) =>
          name
        ),
      ], [1, ["mill"]]);
    }),
);

Deno.test(
  needs("a change whose answer is lost is made once, whoever changes it next", NATS_SERVER),
  () =>
    withinEngine(async ({ connect, open }) => {
      const { access } = await open();
      const engine = await connect();
      let published = 0;
      const lossy: Engine = {
        name: engine.name,
        maxPayloadBytes: engine.maxPayloadBytes,
        last: (...args) => engine.last(...args),
        next: (...args) => engine.next(...args),
        at: (...args) => engine.at(...args),
        async publish(message) {
          const answer = await engine.publish(message);
          if (published++ > 0) return answer;
          await access.change((state) => ({ state: revokeName(state, "mill", 3_000) }));
          return { kind: "failed", why: "it is lost", mayPass: true };
        },
      };
      const added = await new StateMessage(lossy, ACCESS_FORMAT)
        .change((state) => ({ state: withToken(state, tokenOf("gate")) }));
      assertEquals([published, added.state.tokens.length], [2, 1]);
      const { tokens, acts } = await access.read();
      assertEquals(tokens.length, 1);
      assertEquals(acts.waiting.map(([act]) => act!.act), ["token", "revoked"]);
    }),
);

Deno.test(
  needs("what was read is not taken back when somebody removes it from the engine", NATS_SERVER),
  () =>
    withinEngine(async ({ server, open }) => {
      const { access } = await open();
      await access.change((state) => ({ state: revokeName(state, "gate", 1_000) }));
      await asking(server, (ask) =>
        ask("STREAM.PURGE.FARCAP_STATE", { filter: "farcap.state.1.sensors" }));
      assertEquals(
        (await access.read()).revoked.map(({ name }) =>
          name
        ),
        ["gate"],
      );
      const { message } = await assertRejects(
        () => access.change((state) => ({ state: revokeName(state, "mill", 1_000) })),
        StoreError,
      );
      assertMatch(
        message,
        /the message of farcap\.state\.1\.sensors that was read is gone; wanted/,
      );
    }),
);

Deno.test(
  needs("a state beyond what the engine takes is refused in one line", NATS_SERVER),
  () =>
    withinEngine(async ({ open }) => {
      const { access } = await open();
      const accepted = Array.from({ length: 2000 }, (_, n) => ({
        key: Array.from(
          crypto.getRandomValues(new Uint8Array(32)),
          (byte) => byte.toString(16).padStart(2, "0"),
        ).join(""),
        sinceMs: n,
      }));
      const { message } = await assertRejects(
        () => access.change((state) => ({ state: { ...state, accepted } })),
        StoreError,
      );
      assertMatch(
        message,
        /^Cannot change who may send at \S+: it has \d+ bytes; wanted: a max_payload/,
      );
      await access.change((state) => ({ state: { ...state, accepted: accepted.slice(0, 100) } }));
    }, { config: "max_payload: 65536" }),
);

Deno.test(
  needs(
    "what collectors have in their folders is added once, and nothing that is revoked",
    NATS_SERVER,
  ),
  () =>
    withinEngine(async ({ server, open }) => {
      const folderOf = async (name: string, digit: string) => {
        const folder = new AccessFolder(new MemoryDisk(), "/out");
        const token = { ...tokenOf(name), id: digit.repeat(32) };
        await folder.access.change((state) => ({ state: withToken(state, token) }));
        const wanted = { id: token.id, key: digit.repeat(64), isListed: false };
        await folder.access.change((state) => enrolKey(state, wanted, 1_500));
        return folder;
      };
      const folders = [await folderOf("gate", "a"), await folderOf("mill", "b")];
      const [one, other] = [await open(folders[0]), await open(folders[1])] as const;
      const names = async () => (await one.access.read()).keys.map(({ name }) => name);
      assertEquals(await names(), ["gate", "mill"]);
      const { acts } = await one.access.read();
      const done = acts.waiting.map(([act]) => `${act!.act} ${act!.name}`);
      assertEquals(done, ["token gate", "enrolled gate", "token mill", "enrolled mill"]);

      await other.access.change((state) => ({ state: revokeName(state, "mill", 3_000) }));
      for (const folder of folders) await open(folder);
      assertEquals(await names(), ["gate"]);
      // Its collector has used files again meanwhile, where nobody has revoked it.
      await folders[1]!.access.change((state) => ({ state: acceptKey(state, "c".repeat(64), 5) }));
      await open(folders[1]);
      assertEquals(await names(), ["gate"]);

      const [message] = (await messagesOf(server, "FARCAP_STATE"))
        .filter(({ subject }) => subject === "farcap.state.1.sensors");
      assert(message);
      const { version, keys } = JSON.parse(new TextDecoder().decode(gunzipSync(message.payload)));
      assertEquals([version, keys.length, keys[0].name], [1, 1, "gate"]);
    }),
);

Deno.test(
  needs("what another collector changes is heard at once", NATS_SERVER),
  () =>
    withinEngine(async ({ open }) => {
      const [one, other] = [await open(), await open()];
      let heard = 0;
      other.hear(() => heard++);
      await other.access.change((state) => ({ state: acceptKey(state, "0a".repeat(32), 1) }));
      await until("its own is heard", () => heard === 1);
      await one.access.change((state) => ({ state: revokeName(state, "gate", 1_000) }));
      await until("the other's is heard", () => heard === 2);
      assertEquals((await other.access.read()).revoked.length, 1);
    }),
);

Deno.test(
  needs("of a stream that keeps all messages the last one says who may send", NATS_SERVER),
  () =>
    withinEngine(async ({ server, open }) => {
      const { error } = await asking(server, (ask) =>
        ask("STREAM.CREATE.FARCAP_STATE", {
          ...{ name: "FARCAP_STATE", subjects: ["farcap.state.1.>"], storage: "file" },
          retention: "limits",
        }));
      assertEquals(error, undefined);
      const { access } = await open();
      await access.change((state) => ({ state: withToken(state, tokenOf("gate")) }));
      await access.change((state) => ({ state: revokeName(state, "mill", 3_000) }));
      assertEquals((await messagesOf(server, "FARCAP_STATE")).length, 2);
      const { known } = (await open()).access;
      assertEquals(known?.revoked.map(({ name }) => name), ["mill"]);
    }),
);
