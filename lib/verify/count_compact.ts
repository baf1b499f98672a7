import { CompactReader } from "../gather/compact/reader.ts";
import { findShape, isLinkAlone, linkOf } from "../gather/compact/headers.ts";
import { COMPACT_TYPES, TYPES_OF_SHAPE } from "../gather/compact/record_types.ts";
import { isMessage } from "./wire_form.ts";

const READER = new CompactReader();

/**
 * How many records of each type an unpacked compact batch stands for; undefined when it is damaged, has
 * headers that no writer takes, or records that are none.
 */
export function countCompact(
  data: Uint8Array,
  sumBytes: number,
): ReadonlyMap<number, number> | undefined {
  const counts = new Map<number, number>();
  let isGood = true;
  const isWhole = READER.read(data, sumBytes, (isWanted) => {
    const types = TYPES_OF_SHAPE.map((types) =>
      types.filter((type) => isWanted[COMPACT_TYPES.indexOf(type)])
    );
    return {
      packet(bytes, at, end, _sec, _nsec, linkType, _layers, shape) {
        const found = findShape(bytes, at, end, linkType);
        isGood &&= found !== undefined && isSame(found.number, shape);
        for (const type of types[shape]!) counts.set(type, (counts.get(type) ?? 0) + 1);
      },
      record(type, bytes, from, to) {
        isGood &&= COMPACT_TYPES.includes(type) && to > from && isMessage(bytes, from, to);
        counts.set(type, (counts.get(type) ?? 0) + 1);
      },
    };
  });
  return isWhole && isGood ? counts : undefined;
}

/** Whether the shape that was found is the one that was said; what follows a link header alone is not there. */
function isSame(found: number, said: number): boolean {
  return found === said || (isLinkAlone(said) && linkOf(found) === linkOf(said));
}
