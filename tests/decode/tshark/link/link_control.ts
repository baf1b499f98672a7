/** What tshark calls the fields of LLC, SNAP and the Ethernet configuration test. */
import { encodeHex } from "../../../../lib/base/bytes/bytes.ts";
import {
  EthernetCTPReplySchema,
  EthernetCTPSchema,
  LLCSchema,
  type SNAP,
  SNAPSchema,
} from "../../../../proto/gen/netcap_pb.ts";
import { fields, flag, type Group, hex2, hex4, only } from "../table.ts";

export const LINK_CONTROL: Group = {
  tables: [
    fields("llc", LLCSchema, {
      "llc.dsap": (r) => hex2(r.DSAP | flag(r.IG)),
      "llc.ssap": (r) => hex2(r.SSAP | flag(r.CR)),
      // Of two bytes, tshark has the second as the higher one.
      "llc.control": (r) =>
        hex4((r.Control & 0x300) === 0x300 || r.Control < 0x100 ? r.Control : swapped(r.Control)),
    }),
    fields("llc", SNAPSchema, {
      "llc.oui": (r) => organization(r),
      "llc.type": (r) => only([0, 0xf8].includes(organization(r)), hex4(r.Type)),
      "llc.cisco_pid": (r) => only(organization(r) === 0x0c, hex4(r.Type)),
      "llc.nortel_pid": (r) => only(organization(r) === 0x81, hex4(r.Type)),
    }),
    fields("loop", EthernetCTPSchema, {
      "loop.skipcount": (r) => r.SkipCount,
    }),
    fields("loop", EthernetCTPReplySchema, {
      "loop.function": (r) => r.Function,
      "loop.receipt_number": (r) => r.ReceiptNumber,
      "data.data": (r) => encodeHex(r.Data),
    }, {
      "loop.function": (functions) => functions.slice(-1), // messages to forward are before it
    }),
  ],
  disagreements: [
    {
      captures: ["hostile/q933-heapoverflow-2.pcap"],
      found: ["no record of llc"],
      frames: 5,
      why: "tshark tries a frame where Frame Relay has no identifier that it knows",
    },
    {
      captures: ["hostile/q933-heapoverflow-2.pcap"],
      found: ["no record of llc, FrameRelay unsupported"],
      frames: 1,
      why: "the same",
    },
    {
      captures: ["own/crafted/devices.pcapng"],
      found: ["a record of llc, which tshark does not see"],
      frames: 2,
      why: "SNAP in Frame Relay, for which tshark has fields of that",
    },
    {
      captures: ["own/crafted/in_front_of_ip.pcap"],
      found: ["no record of llc"],
      frames: 1,
      why: "tshark takes the address of a frame in MPLS for a control word",
    },
    {
      captures: ["of10_s4810.pcap"],
      found: ["no record of llc"],
      frames: 2,
      why: "frames within OpenFlow messages, which are not decoded",
    },
  ],
};

function organization({ OrganizationalCode }: SNAP): number {
  return number(OrganizationalCode);
}

function number(bytes: Uint8Array): number {
  return parseInt(encodeHex(bytes), 16);
}

function swapped(twoBytes: number): number {
  return (twoBytes & 0xff) << 8 | twoBytes >> 8;
}
