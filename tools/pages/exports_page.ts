/**
 * What `docs/exports.md` says: `docs/exports/page.md`, then for each format `docs/exports/NAME.md` and,
 * of those whose lines are made by tables, the tables.
 */
import { ECS_EVENTS } from "../../lib/write/export/ecs/ecs.ts";
import { EVE_EVENTS } from "../../lib/write/export/eve/eve.ts";
import { EXPORT_FORMAT_NAMES, type ExportFormat } from "../../lib/write/export/export_formats.ts";
import { IPFIX_TEMPLATES } from "../../lib/write/export/ipfix_elements.ts";
import type { LineMapping } from "../../lib/write/export/mapped/line_mapping.ts";
import type { MappedField } from "../../lib/write/export/mapped/mapped_field.ts";
import { ZEEK_LOGS } from "../../lib/write/export/zeek/zeek_json.ts";
import { table } from "./markdown_table.ts";

const NOTES = new URL("../../docs/exports/", import.meta.url);

/** The formats whose lines are made by tables. */
const MAPPINGS: Readonly<Partial<Record<ExportFormat, readonly LineMapping[]>>> = {
  ecs: ECS_EVENTS,
  eve: EVE_EVENTS,
  "zeek-json": ZEEK_LOGS,
};

/** The page as it is to be. */
export function exportsPage(): string {
  const formats = EXPORT_FORMAT_NAMES.flatMap((name) => [
    `## ${name}`,
    note(name),
    ...(name === "ipfix" ? [elementsTable()] : []),
    ...(MAPPINGS[name] ?? []).flatMap(mappingSection),
  ]);
  return [note("page"), ...formats].join("\n\n") + "\n";
}

function note(name: string): string {
  return Deno.readTextFileSync(new URL(`${name}.md`, NOTES)).trim();
}

/** What is in the messages of IPFIX. */
function elementsTable(): string {
  const elements = new Set(IPFIX_TEMPLATES.flatMap(({ elements }) => elements));
  const rows = [...elements].map((
    { id, name, bytes, from },
  ) => [`${name} ${id}`, `${bytes}`, from]);
  return table(["element", "octets", "from"], rows);
}

function mappingSection(mapping: LineMapping): string[] {
  const { title, about, parts, fields, missing } = mapping;
  const records = [...new Set(Object.values(parts).map(({ name }) => `\`${name}\``))].join(", ");
  const rows = fields.map((field) => [`\`${field.name}\``, sourcesOf(field, mapping), field.how]);
  return [
    `### ${title}`,
    `${about} Records: ${records}.`,
    table(["field", "from", "how"], rows),
    ...(missing.length === 0 ? [] : [
      missing.map(([names, why]) => `- Not there: ${namesOf(names)}: ${why}.`).join("\n"),
    ]),
  ];
}

/** The fields, each once; with the parts that they are of, where there are several but not all. */
function sourcesOf({ sources }: MappedField, { parts }: LineMapping): string {
  const partsOf = Map.groupBy(
    sources.map((source) => source.split(".") as [string, string?]),
    ([part, field]) => field ?? part,
  );
  const all = Object.keys(parts).length;
  return [...partsOf].map(([field, of]) => {
    const isOfAll = of[0]![1] === undefined || of.length === all;
    return isOfAll ? `\`${field}\`` : `\`${field}\` (${of.map(([part]) => part).join(", ")})`;
  }).join(", ");
}

function namesOf(names: string): string {
  return names.split(", ").map((name) => `\`${name}\``).join(", ");
}
