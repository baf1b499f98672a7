import type { BpfProgram } from "./bpf_program.ts";

const MEMORY_WORDS = 16;

// Parts of a code: class, size and mode of a load, operation and source of an arithmetic or a jump.
const CLASS = 0x07;
const LD = 0x00;
const LDX = 0x01;
const ST = 0x02;
const STX = 0x03;
const ALU = 0x04;
const JMP = 0x05;
const RET = 0x06;
const SIZE = 0x18;
const WORD = 0x00;
const HALF = 0x08;
const MODE = 0xe0;
const IMM = 0x00;
const ABS = 0x20;
const IND = 0x40;
const MEM = 0x60;
const LEN = 0x80;
const MSH = 0xa0;
const OPERATION = 0xf0;
const USES_X = 0x08;
const RETURNS_A = 0x10;
const TXA = 0x80;

/** Runs one program over packets, as kernels do; nothing is allocated for a packet. */
export class BpfMachine {
  readonly #codes: Uint16Array;
  readonly #jumpsTrue: Uint8Array;
  readonly #jumpsFalse: Uint8Array;
  readonly #constants: Uint32Array;
  readonly #memory = new Uint32Array(MEMORY_WORDS);

  constructor(program: BpfProgram) {
    this.#codes = Uint16Array.from(program, ({ code }) => code);
    this.#jumpsTrue = Uint8Array.from(program, ({ jt }) => jt);
    this.#jumpsFalse = Uint8Array.from(program, ({ jf }) => jf);
    this.#constants = Uint32Array.from(program, ({ k }) => k);
  }

  /**
   * What the program says of the packet `bytes[at, end)`: 0 refuses it. So do a load from behind its end
   * and a division by zero.
   *
   * @param originalLength Bytes that it had on the wire, the program's `len`.
   */
  run(bytes: Uint8Array, at: number, end: number, originalLength: number): number {
    const memory = this.#memory;
    const length = end - at;
    let a = 0;
    let x = 0;
    for (let pc = 0; pc < this.#codes.length; pc++) {
      const code = this.#codes[pc]!;
      const k = this.#constants[pc]!;
      switch (code & CLASS) {
        case LD: {
          const mode = code & MODE;
          if (mode === ABS || mode === IND) {
            const place = mode === ABS ? k : k + x;
            const size = code & SIZE;
            const bytesWanted = size === WORD ? 4 : size === HALF ? 2 : 1;
            if (place + bytesWanted > length) return 0;
            a = load(bytes, at + place, bytesWanted);
          } else if (mode === IMM) a = k;
          else if (mode === MEM) a = memory[k]!;
          else if (mode === LEN) a = originalLength;
          else return 0;
          break;
        }
        case LDX: {
          const mode = code & MODE;
          if (mode === MSH) {
            if (k >= length) return 0;
            x = (bytes[at + k]! & 0xf) << 2;
          } else if (mode === IMM) x = k;
          else if (mode === MEM) x = memory[k]!;
          else if (mode === LEN) x = originalLength;
          else return 0;
          break;
        }
        case ST:
          memory[k] = a;
          break;
        case STX:
          memory[k] = x;
          break;
        case ALU: {
          const operand = (code & USES_X) === 0 ? k : x;
          const operation = code & OPERATION;
          if (operand === 0 && (operation === 0x30 || operation === 0x90)) return 0;
          a = compute(operation, a, operand);
          break;
        }
        case JMP: {
          const operation = code & OPERATION;
          if (operation === 0) pc += k;
          else {
            const operand = (code & USES_X) === 0 ? k : x;
            pc += isTrue(operation, a, operand) ? this.#jumpsTrue[pc]! : this.#jumpsFalse[pc]!;
          }
          break;
        }
        case RET:
          return (code & RETURNS_A) === 0 ? k : a;
        default:
          if ((code & TXA) === 0) x = a;
          else a = x;
      }
    }
    return 0;
  }
}

/** Big-endian, of 1, 2 or 4 bytes. */
function load(bytes: Uint8Array, at: number, count: number): number {
  if (count === 1) return bytes[at]!;
  const half = bytes[at]! << 8 | bytes[at + 1]!;
  return count === 2 ? half : (half << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!) >>> 0;
}

/** Of numbers of 32 bits without sign; all bits are shifted out by 32 or more. */
function compute(operation: number, a: number, operand: number): number {
  switch (operation) {
    case 0x00:
      return (a + operand) >>> 0;
    case 0x10:
      return (a - operand) >>> 0;
    case 0x20:
      return Math.imul(a, operand) >>> 0;
    case 0x30:
      return Math.floor(a / operand);
    case 0x40:
      return (a | operand) >>> 0;
    case 0x50:
      return (a & operand) >>> 0;
    case 0x60:
      return operand < 32 ? (a << operand) >>> 0 : 0;
    case 0x70:
      return operand < 32 ? a >>> operand : 0;
    case 0x80:
      return -a >>> 0;
    case 0x90:
      return a % operand;
    default:
      return (a ^ operand) >>> 0;
  }
}

function isTrue(operation: number, a: number, operand: number): boolean {
  switch (operation) {
    case 0x10:
      return a === operand;
    case 0x20:
      return a > operand;
    case 0x30:
      return a >= operand;
    default:
      return (a & operand) !== 0;
  }
}
