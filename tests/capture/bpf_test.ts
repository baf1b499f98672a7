/** Programs of the packet filter; libpcap's own engine says what is right. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { BpfMachine } from "../../lib/capture/bpf_machine.ts";
import {
  type BpfInstruction,
  type BpfProgram,
  encodeBpf,
  initializeBpf,
  joinBpf,
  parseBpf,
} from "../../lib/capture/bpf_program.ts";
import { compileForFiles, runOffline } from "./offline_filter.ts";
import { LIBPCAP, needs } from "../needs.ts";
import { taggedFrames } from "./tagged_frames.ts";

const PROGRAMS = 300;
const PACKETS = 20;

/** Numbers that follow from a seed (Steele and others, "Fast splittable pseudorandom number generators"). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 to `below` - 1. */
  roll(below: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 16, 0x85ebca6b);
    mixed = Math.imul(mixed ^ mixed >>> 13, 0xc2b2ae35);
    return ((mixed ^ mixed >>> 16) >>> 0) % below;
  }

  oneOf<T>(things: readonly T[]): T {
    return things[this.roll(things.length)]!;
  }
}

/** All that McCanne's machine has but returns and jumps. */
const PLAIN = [
  ...[0x00, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80], // ld
  ...[0x01, 0x61, 0x81, 0xb1, 0x02, 0x03], // ldx, st, stx
  ...[0x04, 0x14, 0x24, 0x34, 0x44, 0x54, 0x64, 0x74, 0x94, 0xa4], // alu with k
  ...[0x0c, 0x1c, 0x2c, 0x3c, 0x4c, 0x5c, 0x6c, 0x7c, 0x84, 0x9c, 0xac], // alu with x, neg
  ...[0x07, 0x87], // tax, txa
];
/** Kernels take none by a constant 0, and shifts by 0 to 31 only. */
const DIVISIONS = [0x34, 0x94];
const SHIFTS = [0x64, 0x74];
const BRANCHES = [0x15, 0x25, 0x35, 0x45, 0x1d, 0x2d, 0x3d, 0x4d];

/** A program that a kernel would take: it goes forward, writes memory before it reads it, and returns. */
function randomProgram(dice: Dice, answers: readonly number[]): BpfProgram {
  const program: BpfInstruction[] = [];
  const plain = (code: number, k: number) => program.push({ code, jt: 0, jf: 0, k });
  for (let word = 0; word < 4; word++) plain(0x02, word);
  const body = 5 + dice.roll(20);
  for (let left = body; left > 0; left--) {
    const k = dice.oneOf([dice.roll(4), dice.roll(40), dice.roll(2 ** 32)]);
    if (dice.roll(4) === 0) {
      const within = () => dice.roll(Math.min(left, 255));
      program.push({ code: dice.oneOf(BRANCHES), jt: within(), jf: within(), k });
    } else {
      const code = dice.oneOf(PLAIN);
      const isMemory = [0x60, 0x61, 0x02, 0x03].includes(code);
      plain(
        code,
        isMemory ? k % 4 : DIVISIONS.includes(code) ? k || 1 : SHIFTS.includes(code) ? k % 32 : k,
      );
    }
  }
  plain(0x06, dice.oneOf(answers));
  return program;
}

function randomPackets(dice: Dice): Uint8Array[] {
  return Array.from(
    { length: PACKETS },
    () => Uint8Array.from({ length: dice.roll(60) }, () => dice.oneOf([0, 1, 69, dice.roll(256)])),
  );
}

Deno.test({
  ...needs(
    "the machine says of every packet what libpcap's says, of programs made by dice",
    LIBPCAP,
  ),
  fn: () => {
    let taken = 0;
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const dice = new Dice(seed);
      const program = randomProgram(dice, [0, 1, 262_144]);
      const packets = randomPackets(dice);
      const machine = new BpfMachine(program);
      // In the middle of other bytes, as packets are.
      const answers = packets.map((packet) => {
        const bytes = new Uint8Array([1, 2, 3, ...packet, 4, 5, 6, 7]);
        return machine.run(bytes, 3, 3 + packet.length, packet.length);
      });
      const right = runOffline(program, packets);
      assertEquals(answers, right, `seed ${seed}`);
      taken += right.filter((answer) => answer > 0).length;
    }
    assert(taken > PROGRAMS, "some are taken");
    assert(taken < PROGRAMS * PACKETS * 3 / 4, "and some are not");
  },
});

Deno.test({
  ...needs("joined programs take what both take, by libpcap's machine", LIBPCAP),
  fn: () => {
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const dice = new Dice(1000 + seed);
      const first = randomProgram(dice, [0, 65_535, 65_535]);
      const second = randomProgram(dice, [0, 262_144, 262_144]);
      const packets = randomPackets(dice);
      const [a, b] = [runOffline(first, packets), runOffline(second, packets)];
      const joined = runOffline(joinBpf(first, second), packets);
      assertEquals(joined, a.map((answer, nth) => answer === 0 ? 0 : b[nth]), `seed ${seed}`);
    }
  },
});

Deno.test({
  ...needs("joined filters of libpcap's take what both take, however they move offsets", LIBPCAP),
  fn: () => {
    const frames = taggedFrames().map(({ bytes }) => bytes);
    const filters = [
      "vlan and ip",
      "udp",
      "mpls and ip",
      "pppoes and ip",
      "vlan and vlan",
      "geneve",
    ];
    for (const first of filters) {
      for (const second of filters) {
        const [a, b] = [compileForFiles(first), compileForFiles(second)];
        const [ofA, ofB] = [runOffline(a, frames), runOffline(b, frames)];
        const machine = new BpfMachine(joinBpf(a, b));
        assertEquals(
          frames.map((frame) => machine.run(frame, 0, frame.length, frame.length)),
          ofA.map((answer, nth) => answer === 0 ? 0 : ofB[nth]),
          `${first} and ${second}`,
        );
      }
    }
  },
});

Deno.test("memory that is read before it is written is 0, written in front", () => {
  const plain = (code: number, k: number) => ({ code, jt: 0, jf: 0, k });
  const branch = { code: 0x15, jt: 1, jf: 0, k: 7 };
  // Word 3 is written on one of two ways only, word 1 on both.
  const program = [
    ...[plain(0x30, 0), plain(0x02, 1), branch, plain(0x02, 3), plain(0x60, 3), plain(0x61, 1)],
    plain(0x06, 1),
  ];
  assertEquals(initializeBpf(program), [plain(0x00, 0), plain(0x02, 3), ...program]);
  const whole = [...program.slice(0, 2), plain(0x02, 3), ...program.slice(2)];
  assertEquals(initializeBpf(whole), whole);
});

Deno.test("the original length is what a program has for len, not what was captured", () => {
  // ld #pktlen, jeq #1500, ret #1, ret #0
  const machine = new BpfMachine([
    { code: 0x80, jt: 0, jf: 0, k: 0 },
    { code: 0x15, jt: 0, jf: 1, k: 1500 },
    { code: 0x06, jt: 0, jf: 0, k: 1 },
    { code: 0x06, jt: 0, jf: 0, k: 0 },
  ]);
  assertEquals(machine.run(new Uint8Array(60), 0, 60, 1500), 1);
  assertEquals(machine.run(new Uint8Array(60), 0, 60, 60), 0);
});

Deno.test("instructions are read as they are written, struct bpf_insn", () => {
  // ldh [12]; jeq #0x800 jt 0 jf 1, as Linux's filter.rst has them
  const bytes = new Uint8Array([0x28, 0, 0, 0, 12, 0, 0, 0, 0x15, 0, 0, 1, 0, 8, 0, 0]);
  const program = [{ code: 0x28, jt: 0, jf: 0, k: 12 }, { code: 0x15, jt: 0, jf: 1, k: 0x800 }];
  assertEquals(parseBpf(bytes), program);
  assertEquals(encodeBpf(program), bytes);
});

Deno.test("a program that ends with what it has computed cannot be joined", () => {
  const computed = [{ code: 0x16, jt: 0, jf: 0, k: 0 }];
  assertThrows(() => joinBpf(computed, computed), TypeError, "returns the accumulator");
});
