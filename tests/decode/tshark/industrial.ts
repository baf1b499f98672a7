/** What tshark calls the fields of EtherNet/IP, CIP and Modbus messages. */
import { encodeHex } from "../../../lib/base/bytes.ts";
import { CIPSchema, ENIPSchema, ModbusSchema } from "../../../proto/gen/netcap_pb.ts";
import type { Answer } from "./ask_tshark.ts";
import { fields, flag, type Group, hex2, hex4, hex8, only, otherSource } from "./table.ts";

const LIST_IDENTITY = 0x63;

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
    }),
  ],
  others: [
    otherSource(
      "LCM",
      "datagrams of the LCM library, in tests/captures/crafted, and LCM's protocol description",
    ),
  ],
};

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
