/** How sensors of a round with an engine enrol: by a token each, which somebody else tries at the same time. */
import { fromBinary } from "@bufbuild/protobuf";
import { OperatorActSchema } from "../../../proto/gen/netcap_pb.ts";
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { walkRecords } from "../../../lib/base/record/delimited.ts";
import { makeToken } from "../../../lib/run_access_io.ts";
import { EnrolResult } from "../../../lib/seal/access/access_state.ts";
import { type EnrolToken, parseToken } from "../../../lib/seal/access/enrol_token.ts";
import type { KeyPair } from "../../../lib/seal/key.ts";
import { newKeyPair } from "../../../lib/seal/key_file_io.ts";
import { askCollector } from "../../../lib/transport/access/ask_collector_io.ts";
import { encodeEnrol, parseEnrolled } from "../../../lib/transport/session/access_message.ts";
import { MessageType } from "../../../lib/transport/session/session_message.ts";
import type { AccessPlace } from "../../../lib/write/access/kept_state.ts";
import { withEnginePlace } from "../../../lib/write/nats/engine_place_io.ts";
import type { NatsServer } from "../../nats_server.ts";
import { until } from "../../until.ts";
import { membersOf } from "../../write/files/session_sensor.ts";
import { PUBLIC_KEY } from "../program.ts";
import { pause } from "./pause.ts";

const RETRY_MS = 200;
const PATIENCE_MS = 120_000;

/** Makes a token for each of so many sensors, `s0` and so on. */
export async function makeTokens(engine: NatsServer, count: number): Promise<EnrolToken[]> {
  const tokens: EnrolToken[] = [];
  for (let n = 0; n < count; n++) {
    const { token } = await makeToken({ out: "none", engine: { url: engine.url } }, {
      entry: { name: `s${n}`, mayUseBox: false },
      collectorKey: parseHex(PUBLIC_KEY)!,
      ...{ address: "127.0.0.1:1335", validMs: 3_600_000 },
    });
    tokens.push(parseToken(token)!);
  }
  return tokens;
}

/**
 * Two keys try one token, each until it has an answer, at one collector after another.
 *
 * @returns The one that is enrolled; undefined when none or both are.
 */
export async function enrolOne(
  token: EnrolToken,
  ports: readonly number[],
): Promise<KeyPair | undefined> {
  const endMs = performance.now() + PATIENCE_MS;
  const tries = [newKeyPair(), newKeyPair()].map(async (keys, first) => {
    for (let n = first; performance.now() < endMs; n++) {
      const port = ports[n % ports.length]! - 1;
      const whom = { collector: { hostname: "127.0.0.1", port }, keys };
      const answer = await askCollector(
        { ...whom, collectorKey: token.collectorKey },
        encodeEnrol(token),
        MessageType.Enrolled,
      ).catch(() => undefined);
      const { result } = answer && "body" in answer && parseEnrolled(answer.body) || {};
      if (result === EnrolResult.Enrolled) return keys;
      if (result === EnrolResult.Used) return undefined;
      await pause(RETRY_MS);
    }
  });
  const [winner, ...others] = (await Promise.all(tries)).filter((keys) => keys !== undefined);
  return others.length === 0 ? winner : undefined;
}

/** Returns when all acts are stored. */
export async function actsStored(engine: NatsServer): Promise<void> {
  const isStored = (place: AccessPlace) =>
    until("all acts are stored", async () => {
      return (await place.access.read()).acts.waiting.length === 0;
    });
  await withEnginePlace({ url: engine.url }, isStored, false);
}

/** How often each act is in the record files below a folder: `enrolled s7`. */
export async function actsInFiles(folder: string): Promise<Map<string, number>> {
  const acts = new Map<string, number>();
  for await (const { name } of Deno.readDir(`${folder}/%collector`)) {
    if (!/^OperatorAct.*\.ncap\.gz$/.test(name)) continue;
    const path = `${folder}/%collector/${name}`;
    for (const { count, records } of membersOf(await Deno.readFile(path), path)) {
      if (count === 0) continue; // the file's header, and notes
      walkRecords(records, (at, end) => {
        const { Act, Name } = fromBinary(OperatorActSchema, records.subarray(at, end));
        acts.set(`${Act} ${Name}`, (acts.get(`${Act} ${Name}`) ?? 0) + 1);
      });
    }
  }
  return acts;
}
