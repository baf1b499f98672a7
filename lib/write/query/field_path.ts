import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { kindOf, nanosPerUnit } from "../../base/record/field_kinds.ts";
import { nearestName } from "../../base/text/nearest_name.ts";
import { Kind } from "../../../proto/gen/netcap_pb.ts";

/** What a value is, which decides how it compares. */
export interface ValueShape {
  readonly kind: Kind;
  /** Undefined for messages. */
  readonly scalar: ScalarType | undefined;
  /** Of durations. */
  readonly nanosPerUnit: bigint;
}

/** From a message to a field in it. */
export interface PathStep {
  readonly number: number;
  /** Whether there may be several, each of which is followed. */
  readonly isRepeated: boolean;
  readonly shape: ValueShape;
  /** None for the keys and values of maps. */
  readonly field?: DescField;
}

/** The way from a record to a field in it, one step a message. */
export type FieldPath = readonly PathStep[];

/** Why records of a type are not asked for what somebody wants. */
export interface Unbound {
  /** One line about the type. */
  readonly problem: string;
  /** The fields that the type lacks, if that is why. */
  readonly missing?: readonly MissingField[];
}

/** A name that leads to no field of a type. */
export interface MissingField {
  /** As somebody has written it. */
  readonly name: string;
  /** The name that was most likely meant. */
  readonly nearest?: string;
}

/** The path, or why there is none. */
export type FieldPathOutcome = { readonly path: FieldPath } | Unbound;

/**
 * Finds a field by its name in the schema, one of a message within by names with dots between:
 * `DstPort`, `Options.OptionType`. A map is a list of messages with the fields `key` and `value`.
 */
export function findField(schema: DescMessage, name: string): FieldPathOutcome {
  const path: PathStep[] = [];
  let fields: readonly DescField[] = schema.fields;
  let map: (DescField & { fieldKind: "map" }) | undefined;
  for (const [depth, part] of name.split(".").entries()) {
    const before = name.split(".").slice(0, depth).map((name) => `${name}.`).join("");
    const names = map ? ["key", "value"] : fields.map(({ name }) => name);
    if (!names.includes(part)) {
      const found = nearestName(part, names);
      const nearest = found && before + found;
      const problem = `${schema.name} has no field "${before}${part}"${nearestHint(nearest)}`;
      return { problem, missing: [{ name, nearest }] };
    }
    if (map) {
      path.push(mapStep(map, part));
      fields = part === "value" ? map.message?.fields ?? [] : [];
      map = undefined;
    } else {
      const field = fields.find(({ name }) => name === part)!;
      path.push(stepOf(field));
      map = field.fieldKind === "map" ? field : undefined;
      fields = field.message?.fields ?? [];
    }
  }
  return { path };
}

/** What of these names the type lacks; undefined when it has them all. */
export function missingFields(schema: DescMessage, names: Iterable<string>): Unbound | undefined {
  const lacking = [...names].map((name) => findField(schema, name))
    .filter((found) => "problem" in found);
  const [first] = lacking;
  return first && { ...first, missing: lacking.flatMap(({ missing = [] }) => missing) };
}

/** What a line about a missing field ends with. */
export function nearestHint(nearest: string | undefined): string {
  return nearest === undefined ? "" : `; the nearest is "${nearest}"`;
}

function stepOf(field: DescField): PathStep {
  const { number, fieldKind } = field;
  const isRepeated = fieldKind === "list" || fieldKind === "map";
  const scalar = fieldKind === "map"
    ? undefined
    : field.enum === undefined
    ? field.scalar
    : ScalarType.INT32;
  return { number, isRepeated, shape: shapeOf(field, scalar), field };
}

/** A map is stored as a list of messages: the key is field 1, the value field 2. */
function mapStep(map: DescField & { fieldKind: "map" }, part: string): PathStep {
  return part === "key"
    ? { number: 1, isRepeated: false, shape: shapeOf(map, map.mapKey) }
    : { number: 2, isRepeated: false, shape: shapeOf(map, map.scalar) };
}

function shapeOf(field: DescField, scalar: ScalarType | undefined): ValueShape {
  const isNumber = scalar !== undefined && scalar !== ScalarType.STRING &&
    scalar !== ScalarType.BYTES;
  // A map has one kind for what it holds, and its numbers count that.
  const kind = field.fieldKind === "map" && isNumber ? Kind.COUNT : kindOf(field);
  return { kind, scalar, nanosPerUnit: nanosPerUnit(field) };
}
