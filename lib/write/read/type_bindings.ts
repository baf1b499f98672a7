import type { DescMessage } from "@bufbuild/protobuf";
import { ConfigError } from "../../base/errors.ts";
import { nearestHint, type Unbound } from "../query/field_path.ts";
import type { RecordFilter } from "../query/record_filter.ts";
import type { RecordCounter, TopValues } from "../query/top_values.ts";
import type { Where } from "../query/where.ts";

/** What a type's records are asked, and how they are counted. */
export interface TypeBinding {
  readonly filter?: RecordFilter;
  readonly count?: RecordCounter;
}

/** What is asked of records, for each type that comes up. */
export class TypeBindings {
  readonly #where: Where | undefined;
  readonly #values: TopValues | undefined;
  readonly #bound = new Map<DescMessage, TypeBinding>();
  /** Why types are left out, by their names. */
  readonly #leftOut = new Map<string, Unbound>();
  readonly #told = new Set<string>();

  constructor(where?: Where, values?: TopValues) {
    this.#where = where;
    this.#values = values;
  }

  /** What is asked of a type; undefined when it cannot be, so that its records are left out. */
  of(schema: DescMessage): TypeBinding | undefined {
    const known = this.#bound.get(schema);
    if (known !== undefined || this.#leftOut.has(schema.name)) return known;
    const where = this.#where?.bind(schema);
    const values = this.#values?.bind(schema);
    for (const bound of [where, values]) {
      if (bound === undefined || !("problem" in bound)) continue;
      this.#leftOut.set(schema.name, bound);
      return undefined;
    }
    const binding = {
      ...(where && "filter" in where && { filter: where.filter }),
      ...(values && "count" in values && { count: values.count }),
    };
    this.#bound.set(schema, binding);
    return binding;
  }

  /**
   * One line about the types that have been left out since it was last asked.
   *
   * @throws {ConfigError} "usage" when all types have been.
   */
  leftOut(): string | undefined {
    if (this.#leftOut.size > 0 && this.#bound.size === 0) {
      throw new ConfigError("usage", whyNone([...this.#leftOut.values()]));
    }
    const fresh = [...this.#leftOut].filter(([name]) => !this.#told.has(name));
    if (fresh.length === 0) return undefined;
    const groups = Map.groupBy(
      fresh,
      ([, { problem, missing }]) => missing?.at(0)?.name ?? problem,
    );
    const reasons = [...groups].map(([missing, types]) => {
      const names = types.map(([name]) => name).join(", ");
      const [[, { problem }]] = types as [[string, Unbound]];
      return `${names}: ${types.length === 1 ? problem : `they have no field "${missing}"`}`;
    });
    for (const [name] of fresh) this.#told.add(name);
    return `Left out ${reasons.join("; ")}`;
  }
}

/** Why all types are left out: what is wrong is said of one that has the field, if there is one. */
function whyNone(all: readonly Unbound[]): string {
  const told = all.length === 1 ? all[0] : all.find(({ missing }) => missing === undefined);
  if (told !== undefined) return told.problem;
  const missing = all.flatMap(({ missing = [] }) => missing);
  const names = [...new Set(missing.map(({ name }) => name))];
  const unknown = names.find((name) =>
    missing.filter((it) => it.name === name).length === all.length
  );
  if (unknown === undefined) {
    return `None of the types has all of the fields ${names.map((it) => `"${it}"`).join(", ")}`;
  }
  const nearest = missing.find((it) => it.name === unknown && it.nearest !== undefined)?.nearest;
  return `None of the types has a field "${unknown}"${nearestHint(nearest)}`;
}
