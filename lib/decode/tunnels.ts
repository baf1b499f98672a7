/** What an IP packet may be in, besides frames. */
export const Tunnel = {
  None: 0,
  Ip: 1,
  Gre: 2,
  Erspan: 3,
  EtherIp: 4,
  Vxlan: 5,
  Geneve: 6,
  Gtp: 7,
  Mpls: 8,
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
];

/** Whether a protocol of IP is IP itself. */
export function isIp(protocol: number): boolean {
  return protocol === 4 || protocol === 41 || protocol === 94;
}
