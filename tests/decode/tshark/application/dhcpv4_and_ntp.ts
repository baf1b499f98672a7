/** What tshark calls the fields of DHCPv4 and NTP messages. */
import { encodeHex } from "../../../../lib/base/bytes/bytes.ts";
import { type DHCPv4, DHCPv4Schema, NTPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { fields, type Group, hex2, hex4, hex8, mac, only, text } from "../table.ts";

export const DHCPV4_AND_NTP: Group = {
  tables: [
    fields("dhcp", DHCPv4Schema, {
      "dhcp.type": (r) => r.Operation,
      "dhcp.hw.type": (r) => [hex2(r.HardwareType), ...clientIds(r).map((id) => hex2(id[0]!))],
      "dhcp.hw.len": (r) => r.HardwareLen,
      "dhcp.hops": (r) => r.HardwareOpts,
      "dhcp.id": (r) => hex8(r.Xid),
      "dhcp.secs": (r) => r.Secs,
      "dhcp.flags": (r) => hex4(r.Flags),
      "dhcp.ip.client": (r) => r.ClientIP,
      "dhcp.ip.your": (r) => r.YourClientIP,
      "dhcp.ip.server": (r) => r.NextServerIP,
      "dhcp.ip.relay": (r) => r.RelayAgentIP,
      "dhcp.hw.mac_addr": (r) => [r.ClientHWAddr, ...clientIds(r).map((id) => mac(id.subarray(1)))],
      "dhcp.server": (r) => textBeforeNul(r.ServerName),
      "dhcp.file": (r) => textBeforeNul(r.File),
      "dhcp.option.type": (r) => r.Options.map(({ Type }) => Type),
      "dhcp.option.length": (r) => r.Options.filter(isNoPad).map(({ Length }) => Length),
      "dhcp.option.value": (r) => r.Options.filter(isNoPad).map(({ Data }) => encodeHex(Data)),
    }, {
      "dhcp.option.type": withoutPadding,
    }),
    fields("ntp", NTPSchema, {
      "ntp.flags.li": (r) => r.LeapIndicator,
      "ntp.flags.vn": (r) => r.Version,
      "ntp.flags.mode": (r) => r.Mode,
      "ntp.stratum": (r) => r.Stratum,
      "ntp.ppoll": (r) => r.Poll & 0xff,
      "ntp.precision": (r) => r.Precision & 0xff,
      "ntp.rootdelay": (r) => r.RootDelay / 0x10000,
      "ntp.rootdispersion": (r) => r.RootDispersion / 0x10000,
      "ntp.refid": (r) => r.ReferenceID.toString(16).padStart(8, "0"),
      "ntp.reftime": (r) => ntpTime(r.ReferenceTimestamp),
      "ntp.org": (r) => ntpTime(r.OriginTimestamp),
      "ntp.rec": (r) => ntpTime(r.ReceiveTimestamp),
      "ntp.xmt": (r) => ntpTime(r.TransmitTimestamp),
    }),
  ],
};

/** Client identifiers that are hardware addresses: RFC 2132, 9.14. */
function clientIds({ Options }: DHCPv4): Uint8Array[] {
  return Options.filter(({ Type, Length }) => Type === 61 && Length === 7).map(({ Data }) => Data);
}

function isNoPad({ Type }: { Type: number }): boolean {
  return Type !== 0;
}

function textBeforeNul(bytes: Uint8Array): string[] {
  const nulAt = bytes.indexOf(0);
  const length = nulAt < 0 ? bytes.length : nulAt;
  return only(length > 0, text(bytes.subarray(0, length)));
}

/** Seconds since 1900, or from 2036 on since then (RFC 4330, 3), and a fraction in 2^-32 s. */
function ntpTime(timestamp: bigint): string {
  if (timestamp === 0n) return "NULL";
  const seconds = Number(timestamp >> 32n);
  const sinceEpoch = seconds >= 2 ** 31 ? seconds - 2208988800 : seconds + 2085978496;
  const nanos = (timestamp & 0xffffffffn) * 1_000_000_000n >> 32n;
  // "Tue, 24 Nov 2026 08:48:14 GMT"
  const [, day, month, year, time] = new Date(1000 * sinceEpoch).toUTCString().split(/[ ,]+/);
  const paddedDay = String(Number(day)).padStart(2);
  return `${month} ${paddedDay}, ${year} ${time}.${nanos.toString().padStart(9, "0")} UTC`;
}

/** Without the padding behind the end option. */
function withoutPadding(types: string[]): string[] {
  return types.slice(0, types.findLastIndex((type) => type !== "0") + 1);
}
