import { typeName } from "../../base/record/record_types.ts";
import type { Tag } from "../../base/record/tags.ts";
import { readUvarint, uvarintEnd } from "../../base/bytes/uvarint.ts";
import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from "../../base/record/wire_types.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { FieldRedaction } from "./field_redaction.ts";
import { Act, NUMBERS, type Plan, Plans, type Step, UNKNOWN } from "./plan.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/**
 * Rewrites records as they are on the wire: every field as its kind says, so that addresses, and names if
 * that is wanted, are told apart as before, and not known. What may have one in it and cannot be read is
 * left out, as are secrets, and checksums, which would tell what the bytes were.
 */
export class Redaction {
  /** Fields that were left out, by kind. */
  readonly leftOut = new Map<string, number>();
  readonly #plans = new Plans();
  readonly #fields: FieldRedaction;

  /** @param hidesNames Whether names, and texts that may have some in them, are rewritten as well. */
  constructor(pseudonyms: Pseudonyms, hidesNames: boolean) {
    this.#fields = new FieldRedaction(pseudonyms, hidesNames);
  }

  /** Writes the record of that type in `bytes[at, end)`, which a decoder has written, rewritten. */
  record(type: number, bytes: Uint8Array, at: number, end: number, out: WireWriter): void {
    this.#message(this.#plans.of(typeName(type)), bytes, at, end, out);
  }

  #message(plan: Plan, bytes: Uint8Array, at: number, end: number, out: WireWriter): void {
    let selector = 0;
    /** Fields that stay are copied together. */
    let keptAt = at;
    while (at < end) {
      const tagEnd = uvarintEnd(bytes, at, end);
      const tag = readUvarint(bytes, at, tagEnd);
      const wireType = tag & 7;
      const lengthEnd = wireType === LENGTH_DELIMITED ? uvarintEnd(bytes, tagEnd, end) : tagEnd;
      const valueEnd = endOfValue(wireType, bytes, tagEnd, lengthEnd, end);
      if (tag >>> 3 === plan.selectorField && wireType === VARINT) {
        selector = readUvarint(bytes, tagEnd, valueEnd);
      }
      const step = plan.steps.get(tag >>> 3);
      if (step?.act !== Act.Keep) {
        out.raw(bytes, keptAt, at);
        keptAt = valueEnd;
        const isWritten = step !== undefined &&
          this.#field(step, plan, selector, tag, bytes, lengthEnd, valueEnd, out);
        if (!isWritten) this.#count(step?.kind ?? UNKNOWN);
      }
      at = valueEnd;
    }
    out.raw(bytes, keptAt, end);
  }

  /** @returns False when the field was left out. */
  #field(
    step: Step,
    plan: Plan,
    selector: number,
    tag: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    out: WireWriter,
  ): boolean {
    const fields = this.#fields;
    switch (step.act) {
      case Act.Message: {
        const mark = out.open(tag as Tag<string>);
        this.#message(step.plan!, bytes, at, end, out);
        out.close(mark);
        return true;
      }
      case Act.Number: {
        const value = readUvarint(bytes, at, end);
        const isPlain = NUMBERS[plan.name]!.isPlain(selector, value);
        if (isPlain) out.uint32(tag as Tag<number>, value);
        return isPlain ||
          (step.kind === "address" && fields.addressNumber(tag, bytes, at, end, out));
      }
      case Act.Address:
        if ((tag & 7) === VARINT) return fields.addressNumber(tag, bytes, at, end, out);
        if (step.form === "packed") return fields.addressNumbers(tag, bytes, at, end, out);
        return step.form === "raw"
          ? fields.addressBytes(tag, bytes, at, end, out)
          : fields.addressText(tag, bytes, at, end, out);
      case Act.Mac:
        return step.form === "raw"
          ? fields.macBytes(tag, bytes, at, end, out)
          : fields.macText(tag, bytes, at, end, out);
      case Act.Name:
        return fields.name(tag, bytes, at, end, out);
      case Act.Text:
        return fields.text(tag, bytes, at, end, out);
      case Act.Hash:
        return fields.hash(tag, bytes, at, end, out);
      case Act.Layout: {
        const { layouts } = plan;
        const layout = typeof layouts === "object" ? layouts[selector] : layouts;
        return layout !== undefined && fields.laidOut(layout, tag, bytes, at, end, out);
      }
      default:
        return false;
    }
  }

  #count(kind: string): void {
    this.leftOut.set(kind, (this.leftOut.get(kind) ?? 0) + 1);
  }
}

/** Where the value of a field ends: of a record that was just written, so that it does. */
function endOfValue(
  wireType: number,
  bytes: Uint8Array,
  tagEnd: number,
  lengthEnd: number,
  end: number,
): number {
  switch (wireType) {
    case VARINT:
      return uvarintEnd(bytes, tagEnd, end);
    case FIXED64:
      return tagEnd + 8;
    case FIXED32:
      return tagEnd + 4;
    default:
      return lengthEnd + readUvarint(bytes, tagEnd, lengthEnd);
  }
}
