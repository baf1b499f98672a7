import { assert, assertEquals } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { randomNumbers } from "../../base/random_numbers.ts";
import { SegmentOrder } from "../../../lib/follow/streams/segment_order.ts";

/** Counts what is held, and has room for so much. */
class Room {
  held = 0;
  most = 0;
  constructor(private readonly max: number) {}

  take(bytes: number): boolean {
    if (this.held + bytes > this.max) return false;
    this.held += bytes;
    this.most = Math.max(this.most, this.held);
    return true;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly isCut?: boolean;
}

/** A stream cut in pieces, some of them sent again, cut elsewhere, late or early. */
function piecesOf(length: number, below: (n: number) => number): Piece[] {
  const pieces: Piece[] = [];
  for (let from = 0; from < length;) {
    const to = Math.min(length, from + 1 + below(300));
    pieces.push({ from, to });
    if (below(4) === 0) pieces.push({ from, to }); // sent again
    if (below(4) === 0) { // sent again with other ends
      const start = Math.max(0, from - below(200));
      pieces.push({ from: start, to: Math.min(length, start + 1 + below(500)) });
    }
    if (below(10) === 0) pieces.push({ from: Math.max(0, to - 1), to }); // a keep-alive
    from = to;
  }
  for (let index = pieces.length - 1; index > 0; index--) {
    if (below(3) > 0) continue;
    const other = Math.max(0, index - below(8));
    [pieces[index], pieces[other]] = [pieces[other]!, pieces[index]!];
  }
  return pieces;
}

/** What comes out when the pieces go in, and why it ends. */
function ordered(
  stream: Uint8Array,
  pieces: readonly Piece[],
  isn: number,
  room = new Room(Infinity),
) {
  const order = new SegmentOrder(room);
  order.begin(isn);
  const out: Uint8Array[] = [];
  for (const { from, to, isCut = false } of pieces) {
    order.add((isn + from) | 0, stream, from, to, isCut, (bytes, at, end) => {
      out.push(bytes.slice(at, end));
    });
  }
  order.close();
  return { out: concat(out), ended: order.ended, room };
}

const ISNS = [0, 1, 0x7fffffff, 0x80000000, 0xffffff00, 0xffffffff];

Deno.test("segments cut, repeated, swapped and overlapping become the stream that was sent", () => {
  for (let seed = 0; seed < 300; seed++) {
    const below = randomNumbers(seed);
    const stream = Uint8Array.from({ length: 1 + below(20_000) }, () => below(256));
    const pieces = piecesOf(stream.length, below);
    const { out, ended, room } = ordered(stream, pieces, ISNS[seed % ISNS.length]!);
    assertEquals(out, stream, `seed ${seed}`);
    assertEquals([ended, room.held], ["", 0], `seed ${seed}`);
  }
});

Deno.test("with segments missing, cut, or more early ones than there is room for, a beginning comes out", () => {
  const seen = new Set<string>();
  for (let seed = 1000; seed < 1600; seed++) {
    const below = randomNumbers(seed);
    const stream = Uint8Array.from({ length: 1 + below(20_000) }, () => below(256));
    const whole = piecesOf(stream.length, below);
    const pieces = whole.flatMap((piece): Piece[] => {
      if (below(60) === 0) return [];
      const length = piece.to - piece.from;
      return below(40) === 0 && length > 1
        ? [{ from: piece.from, to: piece.to - 1 - below(length - 1), isCut: true }]
        : [piece];
    });
    const room = new Room(2000);
    const { out, ended } = ordered(stream, pieces, ISNS[seed % ISNS.length]!, room);
    seen.add(ended);
    assertEquals(out, stream.subarray(0, out.length), `seed ${seed}`);
    assert(room.most <= 2000 && room.held === 0, `seed ${seed}`);
    if (ended === "") assertEquals(out.length, reachable(pieces), `seed ${seed}`);
  }
  assertEquals(seen, new Set(["", "cut", "gap"]));
});

/** How far the pieces reach without a hole: the reference. */
function reachable(pieces: readonly Piece[]): number {
  let end = 0;
  for (let grows = true; grows;) {
    grows = false;
    for (const { from, to } of pieces) if (from <= end && to > end) [end, grows] = [to, true];
  }
  return end;
}

Deno.test("of bytes that come twice the first stay", () => {
  const out: string[] = [];
  const order = new SegmentOrder(new Room(Infinity));
  const add = (seq: number, text: string) => {
    const bytes = new TextEncoder().encode(text);
    order.add(seq, bytes, 0, bytes.length, false, (part, at, end) => {
      out.push(new TextDecoder().decode(part.subarray(at, end)));
    });
  };
  order.begin(0);
  add(2, "CD");
  add(0, "abcdef");
  assertEquals(out.join(""), "abCDef");
  add(3, "xyz");
  add(6, "g");
  assertEquals(out.join(""), "abCDefg");
});

Deno.test("a segment farther ahead than any window is passed over", () => {
  const { out, ended } = ordered(Uint8Array.of(1, 2), [{ from: 0, to: 1 }], 0);
  assertEquals([out, ended], [Uint8Array.of(1), ""]);
  const order = new SegmentOrder(new Room(Infinity));
  order.begin(0);
  order.add(0x60000000, Uint8Array.of(9), 0, 1, false, () => {});
  assertEquals([order.ended, order.hasGap], ["", false]);
});
