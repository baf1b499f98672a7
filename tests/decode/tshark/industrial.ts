/** What tshark calls the fields of EtherNet/IP, CIP, Modbus and LCM messages. */
import type { Group } from "./table.ts";

export const INDUSTRIAL: Group = {
  tables: [],
};
