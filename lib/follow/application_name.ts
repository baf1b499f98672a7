import { typeName } from "../base/record/record_types.ts";
import type { Layer } from "../decode/packet.ts";

/** The application that a decoder stands for: the name of its records, or its own. */
export function applicationName({ type, name }: Layer): string {
  return type !== 0 ? typeName(type) : name;
}
