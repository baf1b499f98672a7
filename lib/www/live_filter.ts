import { kindOf } from "../base/record/field_kinds.ts";
import type { RecordSchema } from "../base/record/schema_types.ts";
import type { RecordFilter } from "../write/query/record_filter.ts";
import { Where } from "../write/query/where.ts";
import { Kind } from "../../proto/gen/netcap_pb.ts";

/** Which of the newest records a viewer wants to see. */
export interface LiveChoice {
  /** Of this sensor; empty for all. */
  readonly client: string;
  /** Of this type; empty for all. */
  readonly type: string;
  /** With this address or network, of IP or hardware, in any field; empty for all. */
  readonly address: string;
}

/** A network address or a part of one, as filters take it; a hardware address has six pairs of digits. */
const IP = /^[0-9a-fA-F:.]{2,45}(\/\d{1,3})?$/;
const MAC = /^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}(\/\d{1,2})?$/;

/** The fields of a type that hold addresses, as filters name them. */
export interface AddressFields {
  /** Of IP. */
  readonly ip: readonly string[];
  /** Of hardware. */
  readonly mac: readonly string[];
}

/** The fields of records of a type that hold addresses by themselves. */
export function addressFields(schema: RecordSchema): AddressFields {
  const of = (wanted: Kind) =>
    schema.fields.filter((field) => kindOf(field) === wanted && !field.message)
      .map(({ name }) => name);
  return { ip: of(Kind.ADDRESS), mac: of(Kind.MAC) };
}

/**
 * The expression of `-where` for records of a type with an address in any of these; undefined where the
 * type has none, or that is no address.
 */
export function whereAddress(schema: RecordSchema, address: string): string | undefined {
  if (!isAddress(address)) return undefined;
  const { ip, mac } = addressFields(schema);
  const names = MAC.test(address) ? mac : ip;
  if (names.length === 0) return undefined;
  return names.map((name) => `${name} in ${address}`).join(" or ");
}

/** Whether that is an address which records can be asked for. */
export function isAddress(address: string): boolean {
  return MAC.test(address) || IP.test(address);
}

/** The filters of a choice, made once for each type. */
export class LiveFilter {
  readonly choice: LiveChoice;
  readonly #filters = new Map<RecordSchema, RecordFilter | undefined>();

  constructor(choice: LiveChoice) {
    this.choice = choice;
  }

  /** Whether records of a sensor and a type may be wanted. */
  mayPass(client: string, schema: RecordSchema): boolean {
    const { choice } = this;
    if (choice.client !== "" && choice.client !== client) return false;
    if (choice.type !== "" && choice.type !== schema.name) return false;
    return choice.address === "" || this.#filterOf(schema) !== undefined;
  }

  /** Whether the record `bytes[at, end)` is wanted. */
  passes(schema: RecordSchema, bytes: Uint8Array, at: number, end: number): boolean {
    return this.choice.address === "" || this.#filterOf(schema)!(bytes, at, end);
  }

  #filterOf(schema: RecordSchema): RecordFilter | undefined {
    if (!this.#filters.has(schema)) {
      this.#filters.set(schema, filterOf(schema, this.choice.address));
    }
    return this.#filters.get(schema);
  }
}

function filterOf(schema: RecordSchema, address: string): RecordFilter | undefined {
  const text = whereAddress(schema, address);
  if (text === undefined) return undefined;
  try {
    const bound = new Where(text).bind(schema);
    return "filter" in bound ? bound.filter : undefined;
  } catch {
    return undefined; // which is no address
  }
}
