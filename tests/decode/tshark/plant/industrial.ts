/** What tshark calls the fields of EtherNet/IP, CIP and Modbus messages. */
import { encodeHex, u16le, u32le } from "../../../../lib/base/bytes/bytes.ts";
import { CIPSchema, type ENIP, ENIPSchema, ModbusSchema } from "../../../../proto/gen/netcap_pb.ts";
import type { Answer } from "../ask_tshark.ts";
import { fields, flag, type Group, hex2, hex4, hex8, only, otherSource } from "../table.ts";

const LIST_IDENTITY = 0x63;
const SEND_RR_DATA = 0x6f;
const SEND_UNIT_DATA = 0x70;

export const INDUSTRIAL: Group = {
  tables: [
    fields("enip", ENIPSchema, {
      "enip.command": (r) => hex4(r.Command),
      "enip.length": (r) => r.Length,
      "enip.session": (r) => hex8(r.SessionHandle),
      "enip.status": (r) => hex8(r.Status),
      // tshark takes a delay apart that a request to all devices may have there.
      "enip.context": (r) =>
        encodeHex(r.SenderContext.subarray(r.Command === LIST_IDENTITY && r.Length === 0 ? 2 : 0)),
      "enip.options": (r) => hex8(r.Options),
      "enip.srrd.iface": (r) => only(isSend(r, SEND_RR_DATA), hex8(u32le(dataOf(r), 0))),
      "enip.sud.iface": (r) => only(isSend(r, SEND_UNIT_DATA), hex8(u32le(dataOf(r), 0))),
      "enip.cpf.itemcount": (r) =>
        only(countAt(r) < dataOf(r).length, u16le(dataOf(r), countAt(r))),
      "enip.cpf.typeid": (r) => items(r).map(({ type }) => hex4(type)),
      "enip.cpf.length": (r) => items(r).map(({ length }) => length),
    }),
    fields("cip", CIPSchema, {
      "cip.rr": (r) => hex2(flag(r.Response)),
      "cip.sc": (r) => hex2(r.ServiceID),
      "cip.class": (r) => only(r.ClassID > 0, pathHex(r.ClassID)),
      "cip.instance": (r) => only(r.InstanceID > 0, pathHex(r.InstanceID)),
      "cip.genstat": (r) => only(r.Response, hex2(r.Status)),
      "cip.addstat": (r) => r.AdditionalStatus.map(hex4),
    }, {
      "cip.rr": outermost,
      "cip.sc": outermost,
      "cip.class": requested,
      "cip.instance": requested,
    }),
    fields("modbus", ModbusSchema, {
      "mbtcp.trans_id": (r) => r.TransactionID,
      "mbtcp.prot_id": (r) => r.ProtocolID,
      "mbtcp.len": (r) => r.Length,
      "mbtcp.unit_id": (r) => r.UnitID,
      "modbus.func_code": (r) => r.FunctionCode,
      "modbus.exception_code": (r) => only(r.Exception, r.Payload[0]!),
    }),
  ],
  disagreements: [
    {
      captures: ["own/crafted/edges.pcap"],
      found: [
        "enip.cpf.typeid 0x0000,0x00b2 instead of 0x0000,0x00b2,0x8000",
        "enip.cpf.length 0,4 instead of 0,4,16",
      ],
      frames: 1,
      why: "what stands behind a CIP message, which is not recorded",
    },
  ],
  others: [
    otherSource(
      "LCM",
      "datagrams of the LCM library, in tests/captures/crafted, and LCM's protocol description",
    ),
  ],
};

function dataOf({ CommandSpecific }: ENIP): Uint8Array {
  return CommandSpecific!.Data;
}

/** Whether it sends items, by that command or either. */
function isSend({ Command, Length }: ENIP, command = Command): boolean {
  return Command === command && [SEND_RR_DATA, SEND_UNIT_DATA].includes(Command) && Length > 0;
}

/** Where the data has the number of its items: replies to the three lists begin with it. */
function countAt(r: ENIP): number {
  return isSend(r) ? 6 : [0x04, LIST_IDENTITY, 0x64].includes(r.Command) ? 0 : Infinity;
}

/** The items up to the one with a CIP message, of which the data has type and length. */
function items(r: ENIP): { type: number; length: number }[] {
  const data = dataOf(r);
  const found: { type: number; length: number }[] = [];
  for (let at = countAt(r) + 2; at + 4 <= data.length;) {
    const length = u16le(data, at + 2);
    found.push({ type: u16le(data, at), length });
    at += 4 + length;
  }
  return found;
}

/** A value of a path has as many bytes as it needs. */
function pathHex(value: number): string {
  return value > 0xff ? hex4(value) : hex2(value);
}

/** Without what tshark says of a message in the message. */
function outermost(cells: string[]): string[] {
  return cells.slice(0, 1);
}

/** Without what tshark says of a response because it has seen the request. */
function requested(cells: string[], answer: Answer): string[] {
  return answer.get("cip.rr")?.[0] === "0x00" ? outermost(cells) : [];
}
