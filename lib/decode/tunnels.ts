/** What packets and frames may be in, and how records inside say so. */
import { tagsOf } from "../base/record/tags.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";
import { UDPSchema } from "../../proto/netcap_tags.ts";

/** Kinds of tunnels; an identifier, where there is one, tells tunnels of a kind apart. */
export const Tunnel = {
  None: 0,
  /** IP in IP. */
  Ip: 1,
  /** The key; of version 1, the call. */
  Gre: 2,
  /** The session. */
  Erspan: 3,
  EtherIp: 4,
  /** The network. */
  Vxlan: 5,
  /** The network. */
  Geneve: 6,
  /** The endpoint (TEID). */
  Gtp: 7,
  /** The bottom label. */
  Mpls: 8,
  /** Tunnel and session, 16 bits each; of version 3, the session. */
  L2tp: 9,
  Teredo: 10,
  /** The network. */
  VxlanGpe: 11,
  Gue: 12,
  /** The radio. */
  Capwap: 13,
  PimRegister: 14,
  /** The instance. */
  Lisp: 15,
  /** The service path. */
  Nsh: 16,
  /** The service (I-SID) of provider backbone bridging. */
  BackboneService: 17,
} as const;
export type Tunnel = typeof Tunnel[keyof typeof Tunnel];

/** Names of tunnels, by number. */
export const TUNNEL_NAMES: readonly string[] = [
  "",
  "IP",
  "GRE",
  "ERSPAN",
  "EtherIP",
  "VXLAN",
  "Geneve",
  "GTP",
  "MPLS",
  "L2TP",
  "Teredo",
  "VXLAN-GPE",
  "GUE",
  "CAPWAP",
  "PIM",
  "LISP",
  "NSH",
  "PBB",
];

/** Both fields have the same numbers in every record of a decoder. */
const TAG = tagsOf(UDPSchema);

/** Whether a protocol of IP is IP itself. */
export function isIp(protocol: number): boolean {
  return protocol === 4 || protocol === 41 || protocol === 94;
}

/** Writes what a record's header was in; its last fields. */
export function writeTunnel(out: WireWriter, tunnel: Tunnel, id: number): void {
  out.ascii(TAG.Tunnel, TUNNEL_NAMES[tunnel]!);
  out.uint32(TAG.TunnelID, id);
}
