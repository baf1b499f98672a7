import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { nearestName } from "../../base/text/nearest_name.ts";
import { recordSchema } from "../../base/record/record_schemas.ts";
import { RECORD_TYPES } from "../../base/record/record_types.ts";

/** Some fields of a message in the order in which they are wanted, with those of their messages. */
export type Selection = readonly SelectedField[];

/** A wanted field. */
export interface SelectedField {
  readonly field: DescField;
  /** Of a field that holds messages: which of their fields; undefined for all. */
  readonly within: Selection | undefined;
}

/**
 * The fields that a dotted name leads through, such as `Questions.Name`; undefined where the type has
 * none of that name.
 */
export function fieldPath(schema: DescMessage, name: string): DescField[] | undefined {
  const path: DescField[] = [];
  let message: DescMessage | undefined = schema;
  for (const part of name.split(".")) {
    const field: DescField | undefined = message?.fields.find((field) => field.name === part);
    if (field === undefined) return undefined;
    path.push(field);
    message = field.message;
  }
  return path;
}

/** What these names choose of a type; names that it does not have choose nothing. */
export function selectionOf(schema: DescMessage, names: readonly string[]): Selection {
  return merged(names.flatMap((name) => {
    const path = fieldPath(schema, name);
    return path === undefined ? [] : [path];
  }));
}

function merged(paths: readonly (readonly DescField[])[]): Selection {
  const fields = new Set(paths.map((path) => path[0]!));
  return [...fields].map((field) => {
    const below = paths.filter((path) => path[0] === field).map((path) => path.slice(1));
    return { field, within: below.some((path) => path.length === 0) ? undefined : merged(below) };
  });
}

/** One line about the first of these names that no record type has, with the nearest that there is. */
export function unknownName(names: readonly string[]): string | undefined {
  const schemas = RECORD_TYPES.map((type) => recordSchema(type)!);
  const unknown = names.find((name) =>
    schemas.every((schema) => fieldPath(schema, name) === undefined)
  );
  if (unknown === undefined) return undefined;
  const known = schemas.flatMap((schema) => schema.fields.map((field) => field.name));
  const nearest = nearestName(unknown, known);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `Wrong value "${unknown}" of -select: no record type has such a field${hint}`;
}
