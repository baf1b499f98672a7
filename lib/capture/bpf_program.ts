/**
 * Programs of the classic BSD packet filter, as libpcap compiles them and kernels run them (McCanne and
 * Jacobson, "The BSD Packet Filter", 1993; Linux, Documentation/networking/filter.rst). An instruction
 * is a `struct bpf_insn` of 8 bytes in the machine's byte order: code 2, jump if true 1, jump if false 1,
 * k 4. Jumps count instructions from the next one, and only go forward.
 */

/** Instructions that Linux takes at most (BPF_MAXINSNS). */
export const MAX_INSTRUCTIONS = 4096;

/** `ret #k`: ends with k, the bytes to capture; 0 refuses the packet. */
const RETURN_K = 0x06;
const RETURN_A = 0x16;
const JUMP = 0x05;
const LOAD_K = 0x00;
const LOAD_X_K = 0x01;
const LOAD_MEMORY = 0x60;
const LOAD_X_MEMORY = 0x61;
const STORE = 0x02;
const STORE_X = 0x03;
const JUMP_CLASS = 0x05;
const RETURN_CLASS = 0x06;
const CLASS = 0x07;
const INSTRUCTION_BYTES = 8;

/** One instruction. */
export interface BpfInstruction {
  readonly code: number;
  /** Instructions to skip if a comparison is true, and if it is false. */
  readonly jt: number;
  readonly jf: number;
  /** Constant, place in the packet or in memory, or distance of an unconditional jump. */
  readonly k: number;
}

/** A program; the last instruction on every way is a return. */
export type BpfProgram = readonly BpfInstruction[];

/** Reads `struct bpf_insn` after `struct bpf_insn`, of a little-endian machine. */
export function parseBpf(bytes: Uint8Array): BpfProgram {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(bytes.length / INSTRUCTION_BYTES) }, (_, nth) => {
    const at = nth * INSTRUCTION_BYTES;
    return {
      code: view.getUint16(at, true),
      jt: view.getUint8(at + 2),
      jf: view.getUint8(at + 3),
      k: view.getUint32(at + 4, true),
    };
  });
}

/** Writes what {@linkcode parseBpf} reads. */
export function encodeBpf(program: BpfProgram): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code, jt, jf, k }, nth) => {
    const at = nth * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, jt);
    view.setUint8(at + 3, jf);
    view.setUint32(at + 4, k, true);
  });
  return bytes;
}

/**
 * A program that takes a packet if both do, and ends with what the second one ends with. Each runs as if
 * it ran alone: one expression of both would not do, since a word such as `vlan` in it moves all that
 * stands behind it.
 *
 * @throws TypeError When the first one ends with what it has computed, which libpcap never writes.
 */
export function joinBpf(first: BpfProgram, second: BpfProgram): BpfProgram {
  const taken = first.map((instruction, at) => {
    if (instruction.code === RETURN_A) {
      throw new TypeError(`Instruction ${at} returns the accumulator: wanted constants`);
    }
    const refuses = instruction.code !== RETURN_K || instruction.k === 0;
    return refuses ? instruction : { code: JUMP, jt: 0, jf: 0, k: first.length - at - 1 };
  });
  const clear = [LOAD_K, LOAD_X_K].map((code) => ({ code, jt: 0, jf: 0, k: 0 }));
  return [...taken, ...clear, ...second];
}

/**
 * The same program, which writes 0 to words of memory that it reads on some way before it has written
 * them. Kernels refuse such programs; libpcap (1.10.3) writes them for a tag in front of something whose
 * place is found at run time, as in `vlan and pppoes and ip`, and means 0.
 */
export function initializeBpf(program: BpfProgram): BpfProgram {
  // By instruction, one bit for each word that is written on every way to it.
  const written = program.map(() => ~0);
  written[0] = 0;
  const unwritten = new Set<number>();
  program.forEach(({ code, jt, jf, k }, at) => {
    let words = written[at]!;
    if (code === STORE || code === STORE_X) words |= 1 << k;
    const isLoad = code === LOAD_MEMORY || code === LOAD_X_MEMORY;
    if (isLoad && (words & 1 << k) === 0) unwritten.add(k);
    for (const distance of distances(code, jt, jf, k)) {
      if (at + 1 + distance < program.length) written[at + 1 + distance]! &= words;
    }
  });
  if (unwritten.size === 0) return program;
  const plain = (code: number, k: number) => ({ code, jt: 0, jf: 0, k });
  return [plain(LOAD_K, 0), ...[...unwritten].map((word) => plain(STORE, word)), ...program];
}

/** How far an instruction may go on, counted from the next one. */
function distances(code: number, jt: number, jf: number, k: number): readonly number[] {
  if ((code & CLASS) === RETURN_CLASS) return [];
  if (code === JUMP) return [k];
  return (code & CLASS) === JUMP_CLASS ? [jt, jf] : [0];
}
