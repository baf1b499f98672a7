import { findShape, isLinkAlone, linkOf, SHAPES } from "../gather/compact/headers.ts";
import { type CompactHandler, CompactReader } from "../gather/compact/reader.ts";
import { COMPACT_TYPES, TYPES_OF_SHAPE } from "../gather/compact/record_types.ts";
import { isMessage } from "./wire_form.ts";

const READER = new CompactReader();

/** Takes what has been checked. */
export type CompactTaker = (isWanted: readonly boolean[], hasContext: boolean) => CompactHandler;

/**
 * How many records of each type an unpacked compact batch stands for; undefined when it is damaged, has
 * headers that no writer takes, or records that are none.
 *
 * @param take Is given what is in the batch, up to what is not good.
 */
export function countCompact(
  data: Uint8Array,
  sumBytes: number,
  take?: CompactTaker,
): ReadonlyMap<number, number> | undefined {
  const counts = new Map<number, number>();
  const packets = new Uint32Array(SHAPES);
  let types: readonly (readonly number[])[] = [];
  let isGood = true;
  const isWhole = READER.read(data, sumBytes, (isWanted, hasContext) => {
    types = wantedTypes(isWanted);
    const taker = take?.(isWanted, hasContext);
    return {
      packet(bytes, at, end, sec, nsec, linkType, layers, number) {
        const found = findShape(bytes, at, end, linkType);
        isGood &&= found !== undefined && isSame(found.number, number);
        if (!isGood) return;
        packets[number]!++;
        taker?.packet(bytes, at, end, sec, nsec, linkType, layers, number);
      },
      record(type, bytes, from, to) {
        isGood &&= COMPACT_TYPES.includes(type) && to > from && isMessage(bytes, from, to);
        if (!isGood) return;
        counts.set(type, (counts.get(type) ?? 0) + 1);
        taker?.record(type, bytes, from, to);
      },
    };
  });
  types.forEach((types, number) => {
    if (packets[number] === 0) return;
    for (const type of types) counts.set(type, (counts.get(type) ?? 0) + packets[number]!);
  });
  return isWhole && isGood ? counts : undefined;
}

/** By the number of a shape: the types of the records of its packets that are wanted. */
function wantedTypes(isWanted: readonly boolean[]): readonly (readonly number[])[] {
  return TYPES_OF_SHAPE.map((types) =>
    types.filter((type) => isWanted[COMPACT_TYPES.indexOf(type)])
  );
}

/** Whether the shape that was found is the one that was said; what follows a link header alone is not there. */
function isSame(found: number, said: number): boolean {
  return found === said || (isLinkAlone(said) && linkOf(found) === linkOf(said));
}
