import { EXPORT_FORMATS, type ExportFormat } from "./export_formats.ts";

/** Where an export goes. */
export type ExportTarget =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "output" };

/** What `-out` says for a format: a folder, or `-` for standard output. */
export function exportTarget(
  format: ExportFormat,
  out: string,
): ExportTarget | { readonly problem: string } {
  if (out === "") return { problem: "Nowhere to export to: wanted -out FOLDER" };
  if (out !== "-") return { kind: "folder", path: out };
  return EXPORT_FORMATS[format].isOneFile
    ? { kind: "output" }
    : { problem: `Cannot export ${format} to standard output: it is files; wanted -out FOLDER` };
}
