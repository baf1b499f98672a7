/** A sensor of the roster that lies about all that it can, beside one that does not. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  OperatorActSchema,
  SensorAlarmSchema,
  SensorMinuteSchema,
} from "../../proto/gen/netcap_pb.ts";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { frameRecords } from "../../lib/base/record/delimited.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import { BYE, Rejection, SCHEMA } from "../../lib/transport/session/session_message.ts";
import { runProgram } from "./program.ts";
import {
  batch,
  clientsIn,
  membersIn,
  sendAndSettle,
  settled,
  withCollector,
} from "./running_collector.ts";

const [UNKNOWN_TYPE, COUNT] = [1, 6];
const MINUTE_NS = 60_000_000_000n;

Deno.test(
  "a sensor that lies about counts, numbers, times, names and rows is refused or named; another one is not touched",
  withCollector(["-sensors", "$FOLDER/sensors"], async (running) => {
    const { folder, collector, connect, stop } = running;
    const [liar, honest] = [newKeyPair(), newKeyPair()];
    const line = ({ publicKey }: typeof liar, name: string) => `${encodeHex(publicKey)} ${name}\n`;
    await Deno.writeTextFile(`${folder}/sensors`, line(liar, "liar") + line(honest, "honest"));
    collector.kill("SIGHUP");
    await collector.line(/^sensors: 2 keys/);
    using good = await connect(honest);
    await good.welcome(1n, "honest");
    await sendAndSettle(good, 1n);

    const now = BigInt(Date.now()) * 1_000_000n;
    const row = (change: Parameters<typeof create<typeof SensorMinuteSchema>>[1]) =>
      toBinary(
        SensorMinuteSchema,
        create(SensorMinuteSchema, {
          ...{ Timestamp: now, SpanStart: now, Run: 9n, Session: 1n, Sequence: 3n },
          ...change,
        }),
      );
    const rows: [what: string, type: number, reason: number, record: Uint8Array][] = [
      [
        "an act that nobody did",
        1004,
        UNKNOWN_TYPE,
        toBinary(OperatorActSchema, create(OperatorActSchema, { Act: "revoked", Name: "honest" })),
      ],
      [
        "an alarm that nobody raised",
        1003,
        UNKNOWN_TYPE,
        toBinary(SensorAlarmSchema, create(SensorAlarmSchema, { Alarm: "silent" })),
      ],
      ["packets that do not add up", 1000, 0, row({ Captured: 7n, Decoded: 5n })],
      ["a time that is to come", 1000, 0, row({ Timestamp: now + 120n * MINUTE_NS })],
    ];
    {
      // With another's name and session it has its own, and nothing of theirs.
      using peer = await connect(liar);
      const { name, settled: ownSettled } = await peer.welcome(1n, "honest");
      assertEquals([name, ownSettled], ["liar", 0n]);
      for (const [n, [, type, , record]] of rows.entries()) {
        const lie = batch({ type }, frameRecords([record]));
        await peer.send(encodeBatch(SCHEMA, BigInt(n + 1), lie));
        await settled(peer, BigInt(n + 1));
      }
      await peer.send(encodeBatch(SCHEMA, 5n, batch({ count: 1000 })));
      await settled(peer, 5n);
      // A number that is not the next ends the connection.
      await peer.send(encodeBatch(SCHEMA, 7n, batch()));
      assertEquals(await peer.rejection(), Rejection.Violation);
      await collector.errorLine(/^liar has disconnected, .*: it sent batch 7 instead of 6/);
    }
    {
      // It says that a million batches were acknowledged that never came.
      using peer = await connect(liar);
      const { settled: told } = await peer.welcome(1n, "", {
        oldest: 1_000_006n,
        next: 1_000_006n,
      });
      assertEquals(told, 1_000_005n);
      await collector.errorLine(/^1000000 acknowledged batches of liar are lost/);
      await peer.send(BYE);
      await collector.line(/^liar has disconnected, .*: all that it sent is stored/);
    }
    await sendAndSettle(good, 2n);
    await good.send(BYE);
    await collector.line(/^honest has disconnected, .*: all that it sent is stored/);
    assertEquals((await stop()).code, 0);

    assertEquals(await clientsIn(folder), ["honest", "liar"]);
    assertEquals((await membersIn(folder, "honest/Ethernet.ncap.gz")).length, 2);
    const reasonOf = async (file: string, sequence: bigint) =>
      (await membersIn(folder, `liar/${file}.ncap.gz`)).find((it) => it.sequence === sequence)!;
    for (const [n, [what, type, reason]] of rows.entries()) {
      const file = type === 1000 ? "SensorMinute" : type === 1003 ? "SensorAlarm" : "OperatorAct";
      const member = await reasonOf(file, BigInt(n + 1));
      assertEquals([member.reason, member.count], [reason, reason === 0 ? 1 : 0], what);
    }
    const counted = await reasonOf("Ethernet", 5n);
    assertEquals([counted.reason, counted.count], [COUNT, 0]);

    const ledger = (client: string) =>
      runProgram("collector.ts", ["-ledger", `${folder}/records`, "-client", client]);
    const named = await ledger("liar");
    assertEquals(named.code, 3);
    assertMatch(named.stdout, /^ledger: missing \(.*false books: 2/m);
    assertMatch(named.stdout, /lost: 10000\d\d/);
    assert(!named.stdout.includes("was revoked"));
    const other = await ledger("honest");
    assertMatch(
      other.stdout,
      /^ledger: nothing is known to be missing \(no books of 1 client\); 2 records of 1 client are stored$/m,
    );
    assertEquals(other.code, 0);
  }),
);
