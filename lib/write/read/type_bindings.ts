import type { DescMessage } from "@bufbuild/protobuf";
import { ConfigError } from "../../base/errors.ts";
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
  readonly #leftOut = new Map<string, string>();

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
      this.#leftOut.set(schema.name, bound.problem);
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
    const [problem] = this.#leftOut.values();
    if (problem === undefined) return undefined;
    if (this.#bound.size === 0) throw new ConfigError("usage", problem);
    const names = [...this.#leftOut.keys()].filter((name) => !this.#told.has(name));
    if (names.length === 0) return undefined;
    for (const name of names) this.#told.add(name);
    return `Left out ${names.join(", ")}: ${this.#leftOut.get(names[0]!)}`;
  }

  readonly #told = new Set<string>();
}
