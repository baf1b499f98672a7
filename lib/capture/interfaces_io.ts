import { openLibpcap, textAt, textIn } from "../../ffi/libpcap.ts";
import { CaptureError } from "../base/errors.ts";

/** A network interface that can be captured from. */
export interface Interface {
  /** What it is captured by. */
  readonly name: string;
  /** What the system calls it; empty if it has no other name. */
  readonly description: string;
  /** IPv4 and IPv6 addresses as text. */
  readonly addresses: readonly string[];
  /** Whether it is switched on. */
  readonly isUp: boolean;
  /** Whether it has a carrier. */
  readonly isRunning: boolean;
  /** Whether it leads to this machine. */
  readonly isLoopback: boolean;
}

const ERROR_BYTES = 256;
const LOOPBACK = 1;
const UP = 2;
const RUNNING = 4;
const AF_INET = 2;
const AF_INET6 = { darwin: 30, windows: 23 }[Deno.build.os as string] ?? 10;

/**
 * The interfaces of this machine, in libpcap's order.
 *
 * @throws CaptureError `library`, `not-permitted`, `interface`.
 */
export function listInterfaces(): Interface[] {
  const pcap = openLibpcap();
  const first = new BigUint64Array(1);
  const error = new Uint8Array(ERROR_BYTES);
  if (pcap.pcap_findalldevs(new Uint8Array(first.buffer), error) !== 0) {
    throw new CaptureError("interface", `Cannot list the interfaces: ${textIn(error)}`);
  }
  const list = Deno.UnsafePointer.create(first[0]!);
  try {
    return readList(list);
  } finally {
    pcap.pcap_freealldevs(list);
  }
}

/** struct pcap_if: next, name, description, addresses (8 bytes each), flags (4). */
function readList(first: Deno.PointerValue): Interface[] {
  const interfaces: Interface[] = [];
  for (let at = first; at !== null;) {
    const view = new Deno.UnsafePointerView(at);
    const flags = view.getUint32(32);
    interfaces.push({
      name: textAt(view.getPointer(8)),
      description: textAt(view.getPointer(16)),
      addresses: readAddresses(view.getPointer(24)),
      isUp: (flags & UP) !== 0,
      isRunning: (flags & RUNNING) !== 0,
      isLoopback: (flags & LOOPBACK) !== 0,
    });
    at = view.getPointer(0);
  }
  return interfaces;
}

/** struct pcap_addr: next, addr (8 bytes each), and others. */
function readAddresses(first: Deno.PointerValue): string[] {
  const addresses: string[] = [];
  for (let at = first; at !== null;) {
    const view = new Deno.UnsafePointerView(at);
    const socketAddress = view.getPointer(8);
    const text = socketAddress && readAddress(new Deno.UnsafePointerView(socketAddress));
    if (text) addresses.push(text);
    at = view.getPointer(0);
  }
  return addresses;
}

/** struct sockaddr_in or sockaddr_in6; the family is a byte behind the length on BSD systems. */
function readAddress(view: Deno.UnsafePointerView): string | undefined {
  const isBsd = Deno.build.os === "darwin";
  const family = isBsd ? view.getUint8(1) : view.getUint16(0);
  if (family === AF_INET) return bytesAt(view, 4, 4).join(".");
  if (family !== AF_INET6) return undefined;
  const groups = Array.from({ length: 8 }, (_, i) =>
    view.getUint8(8 + 2 * i) << 8 |
    view.getUint8(9 + 2 * i));
  // The URL parser writes IPv6 addresses as RFC 5952 has them.
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]`)
    .hostname.slice(1, -1);
}

function bytesAt(view: Deno.UnsafePointerView, at: number, length: number): number[] {
  return Array.from({ length }, (_, i) => view.getUint8(at + i));
}

/** An interface with its state and addresses, for people. */
export function interfaceLine(each: Interface): string {
  const state = [
    each.isUp ? "up" : "down",
    ...(each.isRunning ? ["running"] : []),
    ...(each.isLoopback ? ["loopback"] : []),
  ];
  const description = each.description && ` (${each.description})`;
  return [`${each.name}${description}: ${state.join(", ")}`, ...each.addresses].join("  ");
}
