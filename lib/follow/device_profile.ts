import { typeNumber } from "../base/record/record_types.ts";
import type { RecordSink } from "../base/record/record_sink.ts";
import { tagsOf } from "../base/record/tags.ts";
import { DeviceProfileSchema } from "../../proto/netcap_tags.ts";
import { bytesOfText, type ConnectionPart } from "./connection_part.ts";
import { Profile } from "./profile.ts";

const TYPE = typeNumber(DeviceProfileSchema.name);
const TAG = tagsOf(DeviceProfileSchema);
/** A router has those of all who are behind it. */
const MAX_IPS = 64;
const MAX_CONTACTS = 256;

/** What a hardware address has sent. */
export class DeviceProfile extends Profile {
  readonly #ips = new Map<string, true>();
  readonly #contacts = new Map<string, true>();

  /** @param mac A character a byte. */
  constructor(private readonly mac: string) {
    super();
  }

  /** It has sent what that side of a connection has. */
  add(part: ConnectionPart, side: 0 | 1): void {
    this.count(part, part.packets[side], part.bytes[side]);
    this.entry(this.#ips, part.addresses[side], MAX_IPS, () => true);
    this.entry(this.#contacts, part.addresses[side === 0 ? 1 : 0], MAX_CONTACTS, () => true);
  }

  write(sink: RecordSink): void {
    const out = sink.begin(TYPE);
    const mac = bytesOfText(this.mac);
    out.macText(TAG.MacAddr, mac, 0, mac.length);
    for (const ip of this.#ips.keys()) out.ipText(TAG.DeviceIPs, bytesOfText(ip), 0, ip.length);
    for (const ip of this.#contacts.keys()) out.ipText(TAG.Contacts, bytesOfText(ip), 0, ip.length);
    out.count(TAG.NumPackets, this.packets);
    out.nanos(TAG.Timestamp, this.firstSec, this.firstNsec);
    out.count(TAG.Bytes, this.bytes);
    out.nanos(TAG.TimestampLast, this.lastSec, this.lastNsec);
    out.count(TAG.NumLeftOut, this.leftOut);
    sink.commit(TYPE);
  }
}
