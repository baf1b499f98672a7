/** Fields that Zeek's logs have in common. */
import { uidOf } from "../flow_identity.ts";
import { allSources, type EndsOfLine } from "../mapped/line_ends.ts";
import type { MappedField } from "../mapped/mapped_field.ts";

/** `uid` and `id`. */
export function zeekEnds(ends: EndsOfLine): MappedField[] {
  const { sources } = ends;
  const field = (name: string, end: "srcIp" | "srcPort" | "dstIp" | "dstPort"): MappedField => ({
    ...{ name, sources: sources[end], how: "" },
    valueOf: (line) => ends.of(line)?.[end],
  });
  const fields: MappedField[] = [
    {
      name: "uid",
      sources: ["client", ...allSources(ends)],
      how: "a hash: [identifiers](#identifiers)",
      valueOf(line) {
        const found = ends.of(line);
        return found && uidOf({ sensor: line.client, ...found });
      },
    },
    field("id.orig_h", "srcIp"),
    field("id.orig_p", "srcPort"),
    field("id.resp_h", "dstIp"),
    field("id.resp_p", "dstPort"),
  ];
  return fields.filter(({ sources }) => sources.length > 0);
}
