import { type Address, parseAddress } from "../../transport/address.ts";
import { EXPORT_FORMATS, type ExportFormat } from "./export_formats.ts";

/** Where an export goes. */
export type ExportTarget =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "output" }
  | CollectorTarget;

/** A collector of IPFIX that somebody else runs. */
export interface CollectorTarget {
  readonly kind: "collector";
  readonly transport: "udp" | "tcp";
  readonly address: Address;
}

/** What `-out` says for a format: a folder, `-` for standard output, or a collector. */
export function exportTarget(
  format: ExportFormat,
  out: string,
): ExportTarget | { readonly problem: string } {
  if (format === "ipfix") {
    return collectorTarget(out) ??
      {
        problem: `Cannot export ipfix to "${out}": wanted -out udp://HOST:PORT or tcp://HOST:PORT`,
      };
  }
  if (out === "") return { problem: "Nowhere to export to: wanted -out FOLDER" };
  if (collectorTarget(out) !== undefined) {
    return { problem: `Cannot export ${format} to "${out}": only ipfix goes there` };
  }
  if (out !== "-") return { kind: "folder", path: out };
  return EXPORT_FORMATS[format].isOneFile
    ? { kind: "output" }
    : { problem: `Cannot export ${format} to standard output: it is files; wanted -out FOLDER` };
}

function collectorTarget(out: string): CollectorTarget | undefined {
  const { transport, place } = /^(?<transport>udp|tcp):\/\/(?<place>.*)$/.exec(out)?.groups ?? {};
  const address = place === undefined ? undefined : parseAddress(place, "");
  if (address === undefined || address.hostname === "" || address.port === 0) return undefined;
  return { kind: "collector", transport: transport as CollectorTarget["transport"], address };
}
