/** docs/records.md says what every record type that we write holds, and how packets get there. */
import { assert, assertArrayIncludes, assertEquals } from "@std/assert";
import type { DescMessage } from "@bufbuild/protobuf";
import { RECORD_TYPES, recordSchema } from "../../lib/base/record_types.ts";
import { isSupportedLinkType } from "../../lib/capture/link_type.ts";
import {
  layerOfEtherType,
  layerOfIcmpv6Type,
  layerOfIpProtocol,
  layerOfTcpPorts,
  layerOfUdpPorts,
} from "../../lib/decode/next_layer.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import { decoderNames } from "../../lib/decode/select_decoders.ts";
import { jsonFormat } from "../../lib/write/json_format.ts";
import { captures, framesOf } from "../decode/captured_frames.ts";
import { decodeFrame } from "../decode/decode_frame.ts";
import { readDocument, sectionOf, tablesOf } from "./markdown.ts";

const TEXT = readDocument("docs/records.md");
const SCHEMAS = DECODERS.flatMap(({ schema }) => schema ?? []);

Deno.test("every record type that a decoder writes has a section, and no other one", () => {
  const headings = [...TEXT.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading!);
  const types = RECORD_TYPES.map((type) => recordSchema(type)!.name);
  assertEquals(
    headings.filter((heading) => types.includes(heading)).sort(),
    [...decoderNames(DECODERS)].sort(),
  );
});

for (const schema of SCHEMAS) {
  Deno.test(`the section of ${schema.name} lists every field of its records, and no other`, () => {
    const listed = listedIn(sectionOf(TEXT, schema.name));
    assertEquals([...new Set(listed)].sort(), [...fieldNames(schema)].sort());
  });
}

/** The names in front of the colon of each entry of a section's lists. */
function listedIn(section: string): string[] {
  return [...section.matchAll(/^ *- ((?:`\w+`(?:, )?)+):/gm)]
    .flatMap(([, names]) => [...names!.matchAll(/\w+/g)].map(([name]) => name));
}

/** The fields of a message and of the messages in it; those that are records have their own section. */
function fieldNames(schema: DescMessage): Set<string> {
  const names = new Set<string>();
  for (const { name, message } of schema.fields) {
    names.add(name);
    if (message === undefined || SCHEMAS.some((other) => other.name === message.name)) continue;
    for (const inner of fieldNames(message)) names.add(inner);
  }
  return names;
}

Deno.test("every example is a record of the capture that it names", () => {
  let examples = 0;
  for (const schema of SCHEMAS) {
    const section = sectionOf(TEXT, schema.name);
    const example = /^```json\n(.*?)^```/ms.exec(section)?.[1];
    if (example === undefined) continue;
    const name = /`tests\/captures\/([\w.]+)`/.exec(section)?.[1];
    assertArrayIncludes(printed(`own/${name}`, schema).map(withoutSpace), [withoutSpace(example)]);
    examples++;
  }
  assertEquals(examples, 3);
});

/** The records of a type in a capture, as the dump prints them. */
function printed(captureName: string, schema: DescMessage): string[] {
  const capture = captures().find(({ name }) => name === captureName);
  assert(capture, `a capture ${captureName}`);
  return framesOf(capture).flatMap(({ bytes, sec, nsec, linkType }) =>
    decodeFrame(bytes, { linkType, nanos: BigInt(sec) * 1_000_000_000n + BigInt(nsec) })
      .recordsOf(schema)
  ).map(jsonFormat(schema));
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s/g, "");
}

Deno.test("the tables of link types and numbers have all that lead somewhere, and no other", () => {
  const [linkTypes, numbers] = tablesOf(sectionOf(TEXT, "Which headers"));
  assertEquals(
    linkTypes!.rows.flatMap(([, cell]) => numbersIn(cell!)).sort(ascending),
    range(0, 0xffff).filter(isSupportedLinkType),
  );

  const documented = new Map<string, number[]>();
  let kind = "";
  for (const [name, value] of numbers!.rows) {
    kind = name || kind;
    documented.set(kind, [...documented.get(kind) ?? [], ...numbersIn(value!)]);
  }
  const known = {
    EtherType: range(0, 0xffff).filter(layerOfEtherType),
    // 0 is no protocol but an IPv6 header's next one, and looked up there.
    "IP protocol or next header": [0, ...range(0, 0xff).filter(layerOfIpProtocol)],
    "ICMPv6 type": range(0, 0xff).filter(layerOfIcmpv6Type),
    "UDP port": range(1, 0xffff).filter((port) => layerOfUdpPorts(0, port)),
    "TCP port": range(1, 0xffff).filter((port) => layerOfTcpPorts(0, port)),
  };
  const sorted = [...documented].map(([kind, values]) => [kind, values.sort(ascending)]);
  assertEquals(Object.fromEntries(sorted), known);
});

function numbersIn(cell: string): number[] {
  return [...cell.matchAll(/\b(?:0x[0-9a-f]+|\d+)\b/g)].map(Number);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

function ascending(a: number, b: number): number {
  return a - b;
}
