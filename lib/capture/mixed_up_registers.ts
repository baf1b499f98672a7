import type { BpfInstruction, BpfProgram } from "./bpf_program.ts";

const LOAD_K = 0x00;
const LOAD_BYTE = 0x30;
const LOAD_MEMORY = 0x60;
const LOAD_X_MEMORY = 0x61;
const STORE = 0x02;
const ADD_K = 0x04;
/** Where Linux keeps whether it has taken a tag off a frame: SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT. */
const TAG_PRESENT = 0xfffff000 + 48;

/**
 * Whether libpcap (1.10.3) keeps the place behind a VLAN tag, which it only learns at run time, where it
 * also keeps numbers of a comparison that stands in front: what then is looked for behind the tag is
 * looked for at that number. As libpcap compiles live captures on Linux:
 *
 *     ld #0, st M[p]                   at the beginning: p are the places, two at most
 *     …, ld #2, st M[p]                a comparison whose numbers take one of them
 *     ldb [vlanp], …                   the first "vlan"
 *     ld M[p], add #4, st M[p]         a tag that the kernel has left in the frame
 *     ldx M[p], ldh [x + 12]           what is behind it
 *
 * @param program As it is before libpcap optimizes it.
 */
export function mixesUpRegisters(program: BpfProgram): boolean {
  const firstTag = program.findIndex(({ code, k }) => code === LOAD_BYTE && k === TAG_PRESENT);
  if (firstTag < 0) return false;
  const [before, behind] = [program.slice(0, firstTag), program.slice(firstTag)];
  return behind.some((_, at) => {
    const place = movedPlace(behind.slice(at, at + 3));
    if (place === undefined) return false;
    const isTaken = before.some((each, nth) =>
      isStoreTo(each, place) && !isStoreOfZero(before, nth)
    );
    return isTaken && behind.some(({ code, k }) => code === LOAD_X_MEMORY && k === place);
  });
}

/** The place that three instructions move by a constant. */
function movedPlace([load, add, store]: BpfProgram): number | undefined {
  const isMove = load?.code === LOAD_MEMORY && add?.code === ADD_K && store?.code === STORE;
  return isMove && load.k === store.k ? load.k : undefined;
}

function isStoreTo({ code, k }: BpfInstruction, place: number): boolean {
  return code === STORE && k === place;
}

/** Whether what the last instruction that is no store has loaded is 0. */
function isStoreOfZero(program: BpfProgram, at: number): boolean {
  const loaded = program.slice(0, at).findLast(({ code }) => code !== STORE);
  return loaded?.code === LOAD_K && loaded.k === 0;
}
