/** What tshark calls the fields of UDP and TCP. */
import { encodeHex } from "../../../../lib/base/bytes/bytes.ts";
import { type TCP, TCPSchema, UDPSchema } from "../../../../proto/gen/netcap_pb.ts";
import { fields, flag, type Group, hex4, only } from "../table.ts";

/** The others are reserved and have no field. */
const NAMED_TCP_FLAGS = 0x1ff;

export const UDP_AND_TCP: Group = {
  tables: [
    fields("udp", UDPSchema, {
      "udp.srcport": (r) => r.SrcPort,
      "udp.dstport": (r) => r.DstPort,
      "udp.length": (r) => r.Length,
      "udp.checksum": (r) => hex4(r.Checksum),
    }),
    fields("tcp", TCPSchema, {
      "tcp.srcport": (r) => r.SrcPort,
      "tcp.dstport": (r) => r.DstPort,
      "tcp.seq_raw": (r) => r.SeqNum,
      "tcp.ack_raw": (r) => r.AckNum,
      "tcp.flags": tcpFlags,
      "tcp.window_size_value": (r) => r.Window,
      "tcp.hdr_len": (r) => 4 * r.DataOffset,
      "tcp.len": (r) => r.PayloadSize,
      "tcp.checksum": (r) => hex4(r.Checksum),
      "tcp.urgent_pointer": (r) => r.Urgent,
      "tcp.options": (r) => only(r.DataOffset > 5, tcpOptionBytes(r)),
      "tcp.option_kind": (r) => r.Options.map(({ OptionType }) => OptionType),
      "tcp.option_len": (r) => r.Options.filter(hasLength).map(({ OptionLength }) => OptionLength),
    }, {
      "tcp.flags": (cells) => cells.map((cell) => hex4(Number(cell) & NAMED_TCP_FLAGS)),
    }),
  ],
};

/** Kinds 0 and 1 of IPv4 and TCP options are one byte long. */
function hasLength({ OptionType }: { OptionType: number }): boolean {
  return OptionType > 1;
}

function tcpFlags(r: TCP): string {
  const flags = [r.FIN, r.SYN, r.RST, r.PSH, r.ACK, r.URG, r.ECE, r.CWR, r.NS];
  return hex4(flags.reduce((bits, isSet, bit) => bits | (flag(isSet) << bit), 0));
}

/** The options as they were in the header, padding included. */
function tcpOptionBytes({ Options, Padding }: TCP): string {
  const options = Options.map((option) =>
    hasLength(option)
      ? encodeHex(Uint8Array.of(option.OptionType, option.OptionLength, ...option.OptionData))
      : encodeHex(Uint8Array.of(option.OptionType))
  );
  return [...options, encodeHex(Padding)].join("");
}
