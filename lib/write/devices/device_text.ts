import { cutToWidth, displayWidth } from "../../base/text/display_width.ts";
import { escapeText, lineText } from "../../base/text/escape_text.ts";
import type { Device } from "./devices.ts";
import { isLocalAddress, type VendorList, vendorOf } from "./vendors.ts";

/** How devices are printed. */
export interface DeviceFormat {
  readonly list: VendorList;
  readonly time: (nanos: bigint) => string;
  /** Of a terminal, at whose edge lines are cut. */
  readonly width?: number;
}

/** In place of a vendor of addresses that none has given. */
const LOCAL = "(made up)";
const GAP = "  ";
/** Vendors are cut to that on a terminal. */
const MAX_VENDOR = 24;

/** A device as JSON, on a line. */
export function deviceJson(device: Device, { list, time }: DeviceFormat): string {
  const { client, mac, tunnel, first, last, names, addresses, moreNames, moreAddresses } = device;
  const vendor = vendorOf(list, mac);
  return lineText(JSON.stringify({
    client,
    mac,
    ...(tunnel !== "" && { tunnel }),
    ...(vendor !== undefined && { vendor }),
    local: isLocalAddress(mac),
    first: time(first),
    last: time(last),
    names: [...names].map(([name, from]) => ({ name, from })),
    addresses: [...addresses].map(([address, from]) => ({ address, from })),
    ...(moreNames > 0 && { moreNames }),
    ...(moreAddresses > 0 && { moreAddresses }),
  }));
}

/** Devices as an aligned table with a line of titles, those of several clients with a column for these. */
export function deviceTable(
  devices: readonly Device[],
  { list, time, width }: DeviceFormat,
): string {
  const cut = (text: string, room: number) => width === undefined ? text : cutToWidth(text, room);
  const columns: [title: string, cell: (device: Device) => string][] = [
    ["client", ({ client }) => escapeText(client)],
    ["tunnel", ({ tunnel }) => escapeText(tunnel)],
    ["address", ({ mac }) => mac],
    ["vendor", ({ mac }) => {
      return isLocalAddress(mac) ? LOCAL : cut(escapeText(vendorOf(list, mac) ?? ""), MAX_VENDOR);
    }],
    ["first seen", ({ first }) => time(first)],
    ["last seen", ({ last }) => time(last)],
    ["names", ({ names, moreNames }) => listed(names, moreNames)],
    ["IP addresses", ({ addresses, moreAddresses }) => listed(addresses, moreAddresses)],
  ];
  const isShown = ([title, cell]: typeof columns[number]) =>
    title === "client" || title === "tunnel" ? new Set(devices.map(cell)).size > 1 : true;
  const shown = columns.filter(isShown);
  const rows = [
    shown.map(([title]) => title),
    ...devices.map((device) => shown.map(([, cell]) => cell(device))),
  ];
  const widths = shown.map((_column, at) => Math.max(...rows.map((row) => displayWidth(row[at]!))));
  return rows.map((row) => {
    const cells = row.map((cell, at) => cell + " ".repeat(widths[at]! - displayWidth(cell)));
    return cut(cells.join(GAP).trimEnd(), width ?? 0) + "\n";
  }).join("");
}

function listed(texts: ReadonlyMap<string, unknown>, more: number): string {
  const list = [...texts.keys()].map(escapeText).join(", ");
  return more > 0 ? `${list}, and more` : list;
}
