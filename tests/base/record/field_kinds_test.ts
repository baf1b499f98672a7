import { assert, assertEquals } from "@std/assert";
import { type DescField, hasOption, ScalarType } from "@bufbuild/protobuf";
import { kindOf, nanosPerUnit } from "../../../lib/base/record/field_kinds.ts";
import {
  DNSResourceRecordSchema,
  file_netcap,
  ICMPv6RouterAdvertisementSchema,
  IGMPSchema,
  IPProfileSchema,
  Kind,
  KindSchema,
  OSPFv2Schema,
  TCPSchema,
  unit,
} from "../../../proto/gen/netcap_pb.ts";

const { INT32, INT64, UINT32, UINT64, BOOL, DOUBLE, STRING, BYTES } = ScalarType;
const INTEGERS = [INT32, INT64, UINT32, UINT64];

/** The types that a value of each kind can have. */
const TYPES: Readonly<Record<number, readonly ScalarType[]>> = {
  [Kind.ADDRESS]: [STRING, BYTES, UINT32],
  [Kind.MAC]: [STRING, BYTES],
  [Kind.PORT]: [INT32, STRING],
  [Kind.NAME]: [STRING, BYTES],
  [Kind.TIME]: [INT64],
  [Kind.DURATION]: INTEGERS,
  [Kind.COUNT]: INTEGERS,
  [Kind.FLAGS]: [BOOL, INT32, UINT32],
  [Kind.SECRET]: [STRING, BYTES, INT64],
  [Kind.CHECKSUM]: [INT32, UINT32, BYTES],
  [Kind.HASH]: [STRING],
  [Kind.TEXT]: [STRING, BYTES],
  [Kind.BYTES]: [BYTES],
  [Kind.NUMBER]: [...INTEGERS, DOUBLE],
};

const FIELDS = file_netcap.messages.flatMap(({ fields }) => fields);

Deno.test("every field but those of messages has a kind", () => {
  const without = FIELDS.filter((field) => isLeaf(field) !== (kindOf(field) !== Kind.NO_KIND));
  assertEquals(without.map(String), []);
});

Deno.test("a kind fits the type of its field", () => {
  const wrong = FIELDS.filter(isLeaf).filter((field) =>
    field.enum === undefined
      ? !typesOf(field).some((type) => TYPES[kindOf(field)]?.includes(type))
      : kindOf(field) !== Kind.NUMBER
  );
  assertEquals(wrong.map((field) => `${field} ${KindSchema.value[kindOf(field)]?.name}`), []);
});

Deno.test("truth values are flags, and only durations have a unit", () => {
  for (const field of FIELDS) {
    if (field.scalar === BOOL) assertEquals(kindOf(field), Kind.FLAGS, String(field));
    if (hasOption(field, unit)) assertEquals(kindOf(field), Kind.DURATION, String(field));
  }
});

Deno.test("what is called an address, a port or a password is one", () => {
  const kinds = (name: RegExp) =>
    new Set(FIELDS.filter((field) => isLeaf(field) && name.test(field.name)).map(kindOf));
  assertEquals(kinds(/^(Src|Dst|Client|Server)IP$|^IPAddress$/), new Set([Kind.ADDRESS]));
  assertEquals(kinds(/^(Src|Dst)Port$/), new Set([Kind.PORT]));
  assertEquals(kinds(/MAC$|Mac(Addr)?$|HwAddress$|HWAddr$/), new Set([Kind.MAC]));
  assertEquals(kinds(/^Pass|^AuthToken$/), new Set([Kind.SECRET]));
  assertEquals(kinds(/^(SNI|SNIs|Host|Hostname|User|DNSNames)$/), new Set([Kind.NAME]));
  assertEquals(kindOf(IPProfileSchema.field.SNIs), Kind.NAME);
  assertEquals(kindOf(OSPFv2Schema.field.Authentication), Kind.SECRET);
  assertEquals(kindOf(TCPSchema.field.Payload), Kind.BYTES);
});

Deno.test("the unit of a duration is the protocol's", () => {
  // Seconds: RFC 1035, 3.2.1; milliseconds: RFC 4861, 4.2; nanoseconds: as the original has them.
  assertEquals(nanosPerUnit(DNSResourceRecordSchema.field.TTL), 1_000_000_000n);
  assertEquals(nanosPerUnit(ICMPv6RouterAdvertisementSchema.field.ReachableTime), 1_000_000n);
  assertEquals(nanosPerUnit(IGMPSchema.field.MaxResponseTime), 1n);
});

function isLeaf(field: DescField): boolean {
  return field.fieldKind === "map" || field.message === undefined;
}

/** The types of a field's values, of a map of its keys and values. */
function typesOf(field: DescField): ScalarType[] {
  if (field.fieldKind === "map") {
    return field.scalar === undefined ? [field.mapKey] : [field.mapKey, field.scalar];
  }
  assert(field.scalar !== undefined, String(field));
  return [field.scalar];
}
