/**
 * What tshark calls the fields of our records, and how it writes their values: the parts of which
 * the tables in this folder are made.
 *
 * To add a record type:
 *
 * 1. In the file of its group, add to `tables`
 *
 *    ```ts ignore
 *    fields("dhcpv6", DHCPv6Schema, {
 *      "dhcpv6.msgtype": (r) => r.MsgType,
 *      "dhcpv6.option.type": (r) => r.Options.map(({ Code }) => Code),
 *    })
 *    ```
 *
 *    `"dhcpv6"` is the name in tshark's `frame.protocols`. A function gives what the record has for
 *    that field, none, one or several, in tshark's form (`hex4` for 0x0800, `flag` for 1 and 0,
 *    `only` for a field that is not always there). `tshark -G fields` lists all fields, and
 *    `tshark -r FILE -n -T fields -e dhcpv6.msgtype` prints one. Where the form cannot be had from
 *    the record alone, the last parameter of `fields` changes what tshark said.
 *    A type that tshark does not know is `otherSource("LCM", "…")`, which says what confirms it.
 * 2. A new group is one line in `tables.ts`.
 * 3. `deno test -A tests/shared/decode/tshark/every_record_test.ts -- DHCPv6` compares that type over
 *    all captures. It prints how many values were compared: the floor for `floors.ts`.
 * 4. What cannot be made equal goes to `disagreements` of the group, with the reason. A field of the
 *    record that tshark has nothing for goes to `unread_fields.ts`, with what confirms it.
 *
 * Protocols of tshark's without a record of ours, behind which decoding goes on, stand in
 * `WITHOUT_RECORD` of `tables.ts`.
 */
import type { DescMessage, Message, MessageShape } from "@bufbuild/protobuf";
import { encodeHex } from "../../../lib/base/bytes/bytes.ts";
import type { Answer } from "./ask_tshark.ts";
import type { Disagreement } from "../disagreements.ts";

/** The tables of record types that belong together. */
export interface Group {
  readonly tables: readonly Table[];
  /** Types that tshark cannot confirm. */
  readonly others?: readonly OtherSource[];
  /** What `every_record.ts` finds; that of the common layers is in `disagreements.ts`. */
  readonly disagreements?: readonly Disagreement[];
}

/** Which fields of tshark's a record type has. */
export interface Table {
  /** The name in `frame.protocols`. */
  readonly protocol: string;
  readonly type: string;
  /** Read the values that a record has, by tshark's field names. */
  readonly readers: ReadonlyMap<string, (record: Message) => string[]>;
  /** Whether the first record of a frame has what those behind it have, too. */
  readonly holdsOthers?: boolean;
  /** Change what tshark says, by field. */
  readonly rules: ReadonlyMap<string, Rule>;
}

/** A type of which tshark says nothing, and what confirms its values instead. */
export interface OtherSource {
  readonly type: string;
  readonly source: string;
}

/** Gives the values that one record has for a field of tshark's, none or several. */
export type ValuesOf<Shape> = (record: Shape) => string | number | readonly (string | number)[];

/** Changes the values of tshark's for a field of one frame to the form of ours. */
export type Rule = (values: string[], answer: Answer) => string[];

/** Says under which of tshark's protocols a record type stands, and which fields it has there. */
export function fields<Desc extends DescMessage>(
  protocol: string,
  schema: Desc,
  values: Record<string, ValuesOf<MessageShape<Desc>>>,
  rules: Record<string, Rule> = {},
): Table {
  const readers = Object.entries(values).map(([name, valuesOf]) => {
    const read = (record: Message) => [valuesOf(record as MessageShape<Desc>)].flat().map(String);
    return [name, read] as const;
  });
  return {
    protocol,
    type: schema.name,
    readers: new Map(readers),
    rules: new Map(Object.entries(rules)),
  };
}

/** Says what else confirms a record type that tshark does not know. */
export function otherSource(type: string, source: string): OtherSource {
  return { type, source };
}

const hex = (digits: number) => (value: number) => `0x${value.toString(16).padStart(digits, "0")}`;
export const hex2 = hex(2);
export const hex4 = hex(4);
export const hex6 = hex(6);
export const hex8 = hex(8);

export function flag(value: boolean): number {
  return value ? 1 : 0;
}

/** Nothing where the condition does not hold. */
export function only<Value>(condition: boolean, value: Value): [] | [Value] {
  return condition ? [value] : [];
}

/** Bytes as text, as far as they are UTF-8. */
export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Bytes as a hardware address. */
export function mac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => encodeHex(Uint8Array.of(byte))).join(":");
}
