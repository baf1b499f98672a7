/** Courses of TCP connections; states and letters are those of Zeek's documentation of conn.log. */
import { assertEquals } from "@std/assert";
import type { Connection } from "../../proto/gen/netcap_pb.ts";
import { follow, type FollowedFrame } from "./follow_capture.ts";
import { type PacketOptions, segment } from "./packets.ts";

const CLIENT = { address: "10.0.0.1", port: 40000 };
const SERVER = { address: "10.0.0.2", port: 80 };

const from = (options: PacketOptions) => segment(CLIENT, SERVER, options);
const back = (options: PacketOptions) => segment(SERVER, CLIENT, options);

const HANDSHAKE = [
  from({ flags: "S", seq: 100, at: 1 }),
  back({ flags: "SA", seq: 500, ack: 101, at: 1.01 }),
  from({ flags: "A", seq: 101, ack: 501, at: 1.015 }),
];

function one(...frames: FollowedFrame[]): Connection {
  const { records } = follow(frames);
  assertEquals(records.length, 1);
  return records[0]!;
}

const COURSES: readonly [string, readonly FollowedFrame[], string, string][] = [
  ["S0", [from({ flags: "S", seq: 1 })], "S0", "S"],
  ["REJ", [from({ flags: "S", seq: 1 }), back({ flags: "RA" })], "REJ", "Sr"],
  ["S1", HANDSHAKE, "S1", "ShA"],
  ["S2", [...HANDSHAKE, from({ flags: "FA", seq: 101 })], "S2", "ShAF"],
  ["S3", [...HANDSHAKE, back({ flags: "FA", seq: 501 })], "S3", "ShAf"],
  [
    "SF",
    [
      ...HANDSHAKE,
      from({ flags: "PA", seq: 101, payload: 10 }),
      back({ flags: "A", seq: 501, ack: 111 }),
      back({ flags: "PA", seq: 501, payload: 20 }),
      back({ flags: "FA", seq: 521 }),
      from({ flags: "FA", seq: 111, ack: 522 }),
      back({ flags: "A", seq: 522, ack: 112 }),
    ],
    "SF",
    "ShADadfF",
  ],
  ["RSTO", [...HANDSHAKE, from({ flags: "R", seq: 101 })], "RSTO", "ShAR"],
  ["RSTR", [...HANDSHAKE, back({ flags: "R", seq: 501 })], "RSTR", "ShAr"],
  ["RSTOS0", [from({ flags: "S", seq: 1 }), from({ flags: "R", seq: 2 })], "RSTOS0", "SR"],
  ["RSTRH", [back({ flags: "SA", seq: 1 }), back({ flags: "R", seq: 2 })], "RSTRH", "^hr"],
  ["SH", [from({ flags: "S", seq: 1 }), from({ flags: "F", seq: 2 })], "SH", "SF"],
  ["SHR", [back({ flags: "SA", seq: 1 }), back({ flags: "FA", seq: 2 })], "SHR", "^hf"],
  ["OTH", [from({ seq: 1, payload: 5 }), back({ seq: 9, payload: 5 })], "OTH", "Dd"],
  ["SYN with FIN", [from({ flags: "SF", seq: 1 })], "SH", "Q"],
  ["FIN with RST", [...HANDSHAKE, from({ flags: "FR", seq: 101 })], "RSTO", "ShAI"],
  ["window 0", [...HANDSHAKE, back({ seq: 501, window: 0 })], "S1", "ShAaw"],
];

Deno.test("state and history of a TCP connection are Zeek's", () => {
  for (const [what, frames, state, history] of COURSES) {
    const { TCPState, TCPHistory, SrcIP, BeginningSeen } = one(...frames);
    const seen = /^[SQ]/.test(history);
    assertEquals([TCPState, TCPHistory, SrcIP], [state, history, CLIENT.address], what);
    assertEquals(BeginningSeen, seen, what);
  }
});

Deno.test("the handshake's time is from the last SYN to the client's ACK", () => {
  assertEquals(one(...HANDSHAKE).HandshakeTime, 15_000_000n);
  const again = [from({ flags: "S", seq: 100, at: 0 }), ...HANDSHAKE];
  assertEquals(one(...again).HandshakeTime, 15_000_000n);
  assertEquals(one(HANDSHAKE[0]!, HANDSHAKE[1]!).HandshakeTime, 0n);
});

Deno.test("segments that come again, and those that come late, are told apart", () => {
  const data = (seq: number) => from({ flags: "PA", seq, payload: 100, at: 2 });
  const late = one(...HANDSHAKE, data(101), data(301), data(401), data(201));
  assertEquals([late.RetransmittedClientToServer, late.OutOfOrderClientToServer], [0, 1]);
  const again = one(...HANDSHAKE, data(101), data(201), data(101), data(201));
  assertEquals([again.RetransmittedClientToServer, again.OutOfOrderClientToServer], [2, 0]);
  assertEquals(again.TCPHistory, "ShADT");
  const wrapped = one(
    from({ flags: "PA", seq: 0xffffffce, payload: 100 }),
    from({ flags: "PA", seq: 50, payload: 100 }),
    from({ flags: "PA", seq: 0xffffffce, payload: 100 }),
  );
  assertEquals(wrapped.RetransmittedClientToServer, 1);
});

Deno.test("a mirror port's second frames are counted, and are no retransmissions", () => {
  const doubled = [...HANDSHAKE, from({ flags: "PA", seq: 101, payload: 9, at: 2 })]
    .flatMap((frame) => [frame, { ...frame, nsec: frame.nsec + 20_000 }]);
  const { NumDoubled, NumPackets, RetransmittedClientToServer, TCPHistory } = one(...doubled);
  assertEquals([NumDoubled, NumPackets, RetransmittedClientToServer], [4, 8, 0]);
  assertEquals(TCPHistory, "ShAD");
  const other = [0, 1].map(() => from({ flags: "PA", seq: 101, payload: 9, at: 2 }));
  const again = one(...HANDSHAKE, ...other); // other identifications
  assertEquals([again.NumDoubled, again.RetransmittedClientToServer], [0, 1]);
});

Deno.test("segments that a network card has put together are counted", () => {
  const syn = { flags: "S", seq: 100, maxSegment: 1460 };
  const { NumSuperPackets, PayloadBytesClientToServer } = one(
    from(syn),
    back({ ...syn, flags: "SA" }),
    from({ seq: 101, payload: 1460 }),
    from({ seq: 1561, payload: 2920 }),
  );
  assertEquals([NumSuperPackets, PayloadBytesClientToServer], [1, 4380n]);
});

Deno.test("an IP header of length 0 counts what was on the wire", () => {
  const { NumWithoutLength, IPBytesClientToServer, PayloadBytesClientToServer } = one(
    from({ seq: 1, payload: 3000, length: 0, snapLength: 96 }),
  );
  assertEquals(NumWithoutLength, 1);
  assertEquals([IPBytesClientToServer, PayloadBytesClientToServer], [3040n, 3000n]);
});

Deno.test("of a capture of one side that is known; of an attempt without answer it is not said", () => {
  const acknowledges = one(
    from({ flags: "S", seq: 1 }),
    from({ seq: 2, ack: 9 }),
    from({ seq: 2, payload: 5 }),
  );
  assertEquals(acknowledges.OneSided, true);
  assertEquals(one(from({ flags: "S", seq: 1 })).OneSided, false);
  assertEquals(one(...HANDSHAKE).OneSided, false);
});

Deno.test("the mean of the windows is their mean, and flags are counted", () => {
  const windows = [64240, 502, 501, 64240, 0, 29200];
  const record = one(...windows.map((window, at) => from({ flags: "PA", seq: at, window })));
  assertEquals(record.MeanWindowSize, 26447);
  assertEquals([record.NumACKFlags, record.NumPSHFlags, record.NumSYNFlags], [6, 6, 0]);
});
