/** What tshark calls the fields of messages of the NetBIOS name service. */
import {
  type NetBIOSNames,
  NetBIOSNamesSchema,
  type NetBIOSResource,
} from "../../../../proto/gen/netcap_pb.ts";
import { fields, flag, type Group, hex4, text } from "../table.ts";

export const NETBIOS: Group = {
  tables: [
    fields("nbns", NetBIOSNamesSchema, {
      "nbns.id": (r) => hex4(r.ID),
      "nbns.flags": (r) =>
        hex4((flag(r.IsResponse) << 15) | (r.OpCode << 11) | (r.Flags << 4) | r.ResponseCode),
      "nbns.name": (r) => [...r.Questions, ...resourcesOf(r)].map(nameText),
      "nbns.type": (r) => [...r.Questions, ...resourcesOf(r)].map(({ Type }) => Type),
      "nbns.class": (r) => [...r.Questions, ...resourcesOf(r)].map(({ Class }) => Class),
      "nbns.ttl": (r) => resourcesOf(r).map(({ TTL }) => TTL),
      "nbns.data_length": (r) => resourcesOf(r).map(({ DataLength }) => DataLength),
      "nbns.nb_flags": (r) =>
        resourcesOf(r).flatMap(({ Addresses }) => Addresses.map(({ Flags }) => hex4(Flags))),
      "nbns.addr": (r) => resourcesOf(r).flatMap(({ Addresses }) => Addresses.map(({ IP }) => IP)),
      "nbns.number_of_names": (r) =>
        resourcesOf(r).filter(({ Type }) => Type === STATUS).map(({ Names }) => Names.length),
      "nbns.netbios_name": (r) =>
        resourcesOf(r).flatMap(({ Names }) => Names.map(({ Name }) => text(Name))),
      "nbns.name_flags": (r) =>
        resourcesOf(r).flatMap(({ Names }) => Names.map(({ Flags }) => hex4(Flags))),
      "nbns.unit_id": (r) => resourcesOf(r).flatMap(({ UnitID }) => UnitID || []),
    }, {
      "nbns.name": (names) => names.map(withoutMeaning),
    }),
  ],
};

const STATUS = 33;

function resourcesOf(r: NetBIOSNames): readonly NetBIOSResource[] {
  return [...r.Answers, ...r.Authorities, ...r.Additionals];
}

/** `FILES<20>`, as tshark writes it: what is no text as the suffix. */
function nameText({ Name, Suffix }: { readonly Name: Uint8Array; readonly Suffix: number }) {
  const characters = [...Name].map((byte) => byte < 0x20 ? hex(byte) : String.fromCharCode(byte));
  return characters.join("") + hex(Suffix);
}

function hex(byte: number): string {
  return `<${byte.toString(16).padStart(2, "0")}>`;
}

/** tshark writes zeros that fill a name as they are, and says what the suffix means. */
function withoutMeaning(name: string): string {
  return name.replace(/(<00>)+(?=<[0-9a-f]{2}>)/, "").replace(/(<[0-9a-f]{2}>) \(.*\)$/, "$1");
}
