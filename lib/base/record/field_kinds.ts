import { type DescField, getOption } from "@bufbuild/protobuf";
import { type Kind, kind, Unit, unit } from "../../../proto/gen/netcap_pb.ts";

/**
 * What a field holds, as the schema says; `proto/README.md` has what each kind means. A list has the
 * kind of its elements, a map that of its keys and values. {@linkcode Kind.NO_KIND} for fields of
 * messages: the kinds are those of the fields within.
 *
 * ```ts
 * import { kindOf } from "./field_kinds.ts";
 * import { Kind, UDPSchema } from "../../../proto/gen/netcap_pb.ts";
 *
 * if (kindOf(UDPSchema.field.SrcIP) !== Kind.ADDRESS) throw new Error("an address");
 * ```
 */
export function kindOf(field: DescField): Kind {
  return getOption(field, kind);
}

/** Nanoseconds that 1 in a field of the kind {@linkcode Kind.DURATION} stands for. */
export function nanosPerUnit(field: DescField): bigint {
  switch (getOption(field, unit)) {
    case Unit.SECONDS:
      return 1_000_000_000n;
    case Unit.MILLISECONDS:
      return 1_000_000n;
    case Unit.MICROSECONDS:
      return 1_000n;
    default:
      return 1n;
  }
}
