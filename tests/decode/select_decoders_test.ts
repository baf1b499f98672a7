import { assertEquals } from "@std/assert";
import { typeName, typeNumber } from "../../lib/base/record/record_types.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { decoderNames, selectTypes } from "../../lib/decode/select_decoders.ts";

/** Names of the types that are selected. */
function select(include: string[], exclude: string[]): string[] {
  const selection = selectTypes(decoderNames(DECODERS), [include], exclude);
  assertEquals(selection.unknown, undefined);
  return "types" in selection ? selection.types.map(typeName) : [];
}

Deno.test("decoderNames() lists the record types in the registry's order, each once", () => {
  const names = decoderNames(DECODERS);
  assertEquals(new Set(names).size, names.length);
  assertEquals(names.slice(0, 2), ["Ethernet", "Dot1Q"]);
  const recorded = DECODERS.flatMap(({ schema }) => schema === undefined ? [] : [schema.name]);
  assertEquals(names, recorded.filter((name, index) => recorded.indexOf(name) === index));
  assertEquals(recorded.filter((name) => name === "USB").length, 2); // with two kinds of headers
  // Link layers without a record, and the frame around DNS in TCP.
  assertEquals(DECODERS.length - names.length > 0, true);
  for (const name of names) assertEquals(typeName(typeNumber(name)), name);
});

Deno.test("without names all types are selected", () => {
  assertEquals(select([], []), [...decoderNames(DECODERS)]);
  assertEquals(select([""], [""]), [...decoderNames(DECODERS)]);
});

Deno.test("include leaves its types only, in the registry's order", () => {
  assertEquals(select(["TCP", "DNS", "Ethernet"], []), ["Ethernet", "TCP", "DNS"]);
  assertEquals(select(["DNS", "DNS", ""], [""]), ["DNS"]);
});

Deno.test("exclude takes its types away, those that are included too", () => {
  const all = [...decoderNames(DECODERS)];
  assertEquals(select([], ["TCP", "ARP"]), all.filter((name) => !["TCP", "ARP"].includes(name)));
  assertEquals(select(["TCP", "UDP"], ["TCP"]), ["UDP"]);
  assertEquals(select([], all), []);
  assertEquals(select(["TCP"], ["TCP"]), []);
});

Deno.test("of several lists of types all leave theirs", () => {
  const select = (...includes: string[][]) => {
    const selection = selectTypes(["ARP", "DNS", "TCP"], includes, []);
    return "types" in selection ? selection.types.map(typeName) : [];
  };
  assertEquals(select(["ARP", "DNS"], ["DNS", "TCP"]), ["DNS"]);
  assertEquals(select([], ["TCP"]), ["TCP"]);
  assertEquals(select(["ARP"], ["TCP"]), []);
});

Deno.test("spaces around names are passed over", () => {
  assertEquals(select([" TCP", "UDP "], [" UDP"]), ["TCP"]);
});

Deno.test("a name that is none is told, the first one", () => {
  assertEquals(selectTypes(["TCP"], [["TCP", "Tcp"]], ["nope"]), { unknown: "Tcp" });
  assertEquals(selectTypes(["TCP"], [[], ["UDP"]], []), { unknown: "UDP" });
});
