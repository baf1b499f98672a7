/** What tshark calls the fields of 802.11, EAPOL, USB and FDDI. */
import { encodeHex } from "../../../../lib/base/bytes/bytes.ts";
import {
  type Dot11,
  type Dot11HTControl,
  type Dot11HTControlVHT,
  type Dot11LinkAdapationControl,
  Dot11Schema,
  EAPOLKeySchema,
  EAPOLSchema,
  EAPSchema,
  FDDISchema,
  type USBRequestBlockSetup,
  USBRequestBlockSetupSchema,
  USBSchema,
} from "../../../../proto/gen/netcap_pb.ts";
import type { Answer } from "../ask_tshark.ts";
import { fields, flag, type Group, hex2, hex4, hex8, only, text, type ValuesOf } from "../table.ts";

const CONTROL = 1;
const DATA = 2;
const TO_DS = 1;
const FROM_DS = 2;
const PS_POLL = 10;
const CF_END = 14;
/** What tshark shows as an SNR of 0, in dB. */
const SNR_MIDDLE = 22;

const HT_CONTROL: Record<string, ValuesOf<Dot11>> = {
  "wlan.htc.vht": ofControl(({ HT }) => flag(!HT)),
  "wlan.htc.he": ofControl(({ HT, VHT }) => only(!HT, flag(!VHT))),
  // tshark takes "TRQ" of the HT variant for the mark of the HE variant here.
  "wlan.htc.ac_constraint": ofControl((c) => only(endsAsVht(c), flag(c.ACConstraint))),
  "wlan.htc.rdg_more_ppdu": ofControl((c) => only(endsAsVht(c), flag(c.RDGMorePPDU))),
  "wlan.htc.lac.trq": ofLink(({ TRQ }) => flag(TRQ)),
  "wlan.htc.lac.mai.mrq": ofLink(({ ASEL, MRQ }) => only(!ASEL, flag(MRQ))),
  "wlan.htc.lac.mai.msi": ofLink(({ MRQ, MSI }) => only(MRQ, hex4(MSI))),
  "wlan.htc.lac.mfsi": ofLink(({ MFSI }) => MFSI),
  "wlan.htc.lac.asel.command": ofLink(({ ASEL }) => ASEL ? hex4(ASEL.Command) : []),
  "wlan.htc.lac.asel.data": ofLink(({ ASEL }) => ASEL ? hex4(ASEL.Data) : []),
  "wlan.htc.lac.mfb": ofLink(({ ASEL, MFB }) => only(!ASEL, hex4(MFB))),
  "wlan.htc.cal.pos": ofControl(({ HT }) => HT ? HT.CalibrationPosition : []),
  "wlan.htc.cal.seq": ofControl(({ HT }) => HT ? HT.CalibrationSequence : []),
  "wlan.htc.csi_steering": ofControl(({ HT }) => HT ? HT.CSISteering : []),
  "wlan.htc.ndp_announcement": ofControl(({ HT }) => HT ? flag(HT.NDPAnnouncement) : []),
  "wlan.htc.mrq": ofVht(({ MRQ }) => flag(MRQ)),
  "wlan.htc.unsolicited_mfb": ofVht(({ UnsolicitedMFB }) => flag(UnsolicitedMFB)),
  "wlan.htc.msi": ofVht((r) => only(r.MRQ && !r.UnsolicitedMFB, r.MSI)),
  "wlan.htc.compressed_msi": ofVht((r) => only(hasFeedback(r), r.CompressedMSI)),
  "wlan.htc.ppdu_stbc_encoded": ofVht((r) => only(hasFeedback(r), flag(r.STBCIndication))),
  "wlan.htc.mfsi": ofVht((r) => only(!r.UnsolicitedMFB, flag(r.MFSI !== 0))),
  "wlan.htc.num_sts": ofVht(({ MFB }) => MFB!.NumSTS),
  "wlan.htc.vht_mcs": ofVht(({ MFB }) => MFB!.VHTMCS),
  "wlan.htc.bw": ofVht(({ MFB }) => MFB!.BW),
  "wlan.htc.snr": ofVht(({ MFB }) => MFB!.SNR - SNR_MIDDLE),
  // tshark shows the next ones of solicited feedback, too, where they are reserved.
  "wlan.htc.gid_h": ofVht((r) => only(hasGroup(r), r.GID >> 3)),
  "wlan.htc.coding_type": ofVht((r) => only(hasGroup(r), r.CodingType)),
  "wlan.htc.fb_tx_type": ofVht((r) => only(hasGroup(r), flag(r.FbTXBeamformed))),
};

export const WIRELESS_USB_AND_FDDI: Group = {
  tables: [
    fields("wlan", Dot11Schema, {
      "wlan.fc.type_subtype": (r) => hex4(mainType(r) << 4 | subtype(r)),
      "wlan.fc.version": (r) => r.Proto,
      "wlan.flags": (r) => hex2(r.Flags),
      "wlan.duration": (r) => r.DurationID,
      "wlan.ra": (r) => r.Address1,
      // tshark calls the one of a CF-End the BSSID only.
      "wlan.ta": (r) => only(r.Address2 !== "" && r.Type !== (CF_END << 2 | CONTROL), r.Address2),
      "wlan.bssid": (r) => bssid(r),
      "wlan.da": (r) => destination(r),
      "wlan.sa": (r) => source(r),
      "wlan.seq": (r) => only(mainType(r) !== CONTROL, r.SequenceNumber),
      "wlan.frag": (r) => only(mainType(r) !== CONTROL, r.FragmentNumber),
      "wlan.fcs": (r) => only(r.Checksum !== 0, hex8(r.Checksum)),
      "wlan.qos": ({ QOS }) =>
        QOS ? hex4(QOS.TID | flag(QOS.EOSP) << 4 | QOS.AckPolicy << 5 | QOS.TXOP << 8) : [],
      ...HT_CONTROL,
    }, {
      // A control wrapper has those of the wrapped frame, too.
      "wlan.fc.type_subtype": onlyFirst,
      "wlan.fc.version": onlyFirst,
      "wlan.flags": onlyFirst,
      // An A-MSDU has those of its parts, too.
      "wlan.da": onlyFirst,
      "wlan.sa": onlyFirst,
      "wlan.qos": (values) => values.map((value) => hex4(Number(value) & ~0x80)), // A-MSDU present
    }),
    fields("eapol", EAPOLSchema, {
      "eapol.version": (r) => r.Version,
      "eapol.type": (r) => r.Type,
      "eapol.len": (r) => r.Length,
    }),
    fields("eapol", EAPSchema, {
      "eap.code": (r) => r.Code,
      "eap.id": (r) => r.Id,
      "eap.len": (r) => r.Length,
      "eap.type": (r) => only(r.Length > 4, r.Type),
      "eap.identity": (r) => only(r.Type === 1 && r.Code === 2, text(r.TypeData)),
    }),
    fields("eapol", EAPOLKeySchema, {
      "wlan_rsna_eapol.keydes.key_info.keydes_version": (r) => r.KeyDescriptorVersion,
      "wlan_rsna_eapol.keydes.key_info.key_type": (r) => r.KeyType,
      "wlan_rsna_eapol.keydes.key_info.key_index": (r) => r.KeyIndex,
      "wlan_rsna_eapol.keydes.key_info.install": (r) => flag(r.Install),
      "wlan_rsna_eapol.keydes.key_info.key_ack": (r) => flag(r.KeyACK),
      "wlan_rsna_eapol.keydes.key_info.key_mic": (r) => flag(r.KeyMIC),
      "wlan_rsna_eapol.keydes.key_info.secure": (r) => flag(r.Secure),
      "wlan_rsna_eapol.keydes.key_info.error": (r) => flag(r.MICError),
      "wlan_rsna_eapol.keydes.key_info.request": (r) => flag(r.Request),
      "wlan_rsna_eapol.keydes.key_info.encrypted_key_data": (r) => flag(r.HasEncryptedKeyData),
      "wlan_rsna_eapol.keydes.key_info.smk_message": (r) => flag(r.SMKMessage),
      "eapol.keydes.type": (r) => r.KeyDescriptorType,
      "eapol.keydes.key_len": (r) => r.KeyLength,
      "eapol.keydes.replay_counter": (r) => r.ReplayCounter.toString(),
      "eapol.keydes.key_iv": (r) => encodeHex(r.IV),
      "wlan_rsna_eapol.keydes.data": (r) =>
        only(r.HasEncryptedKeyData && r.KeyDataLength > 0, encodeHex(r.EncryptedKeyData)),
      "wlan_rsna_eapol.keydes.nonce": (r) => encodeHex(r.Nonce),
      "wlan_rsna_eapol.keydes.rsc": (r) => hex16(r.RSC).slice(2),
      "wlan_rsna_eapol.keydes.id": (r) => hex16(r.ID).slice(2),
      "wlan_rsna_eapol.keydes.mic": (r) => encodeHex(r.MIC),
      "wlan_rsna_eapol.keydes.data_len": (r) => r.KeyDataLength,
    }, {
      "wlan_rsna_eapol.keydes.data": onlyEncrypted,
      // The RC4 descriptor has no record.
      "eapol.keydes.type": notOfRc4,
      "eapol.keydes.key_len": notOfRc4,
      "eapol.keydes.replay_counter": notOfRc4,
      "eapol.keydes.key_iv": notOfRc4,
    }),
    fields("usb", USBSchema, {
      "usb.urb_id": (r) => hex16(r.ID),
      "usb.urb_type": (r) => `'${String.fromCharCode(r.EventType)}'`,
      "usb.transfer_type": (r) => hex2(r.TransferType),
      "usb.endpoint_address": (r) => hex2(r.EndpointNumber | (r.Direction === 1 ? 0x80 : 0)),
      "usb.device_address": (r) => r.DeviceAddress,
      "usb.bus_id": (r) => r.BusID,
      "usb.setup_flag": (r) => flag(r.Setup),
      "usb.data_flag": (r) => flag(r.Data),
      "usb.urb_ts_sec": (r) => r.TimestampSec.toString(),
      "usb.urb_ts_usec": (r) => r.TimestampUsec,
      "usb.urb_status": (r) => r.Status,
      "usb.urb_len": (r) => r.UrbLength,
      "usb.data_len": (r) => r.UrbDataLength,
      // tshark takes apart what control transfers and mass storage bring.
      "usb.capdata": (r) =>
        only(
          [1, 3].includes(r.TransferType) && r.Payload.length > 0 &&
            !text(r.Payload).startsWith("USB"),
          encodeHex(r.Payload),
        ),
      "usb.interval": (r) => r.UrbInterval,
      "usb.start_frame": (r) => r.UrbStartFrame,
      "usb.copy_of_transfer_flags": (r) => hex8(r.UrbCopyOfTransferFlags),
      "usb.iso.numdesc": (r) => r.IsoNumDesc,
    }, {
      "usb.device_address": onlyFirst, // a request to set one has that, too
      // The long header has a second one, the number of those captured.
      "usb.iso.numdesc": onlyFirstOrZero,
      // The short header has none of these.
      "usb.interval": onlyFirstOrZero,
      "usb.start_frame": onlyFirstOrZero,
      "usb.copy_of_transfer_flags": (values) => values.length > 0 ? values : [hex8(0)],
      "usb.setup_flag": (values) => values.map((value) => value === "'\\0'" ? "1" : "0"),
      "usb.data_flag": (values) => values.map((value) => value === "'\\0'" ? "1" : "0"),
    }),
    fields("usb", USBRequestBlockSetupSchema, {
      "usb.bmRequestType": (r) => hex2(r.RequestType),
      // Those of a class are called after it; value and index after what they are in the request.
      "usb.setup.bRequest": (r) => only(isStandard(r), r.Request),
      "usb.setup.wLength": (r) => only(isStandard(r), r.Length),
    }),
    fields("fddi", FDDISchema, {
      "fddi.fc": (r) => hex2(r.FrameControl | r.Priority),
      "fddi.src": (r) => text(r.SrcMAC),
      "fddi.dst": (r) => text(r.DstMAC),
    }, {
      // tshark takes the bits of each byte to be captured in the order of the line.
      "fddi.src": (values) => values.slice(0, 1).map(reverseBits),
      "fddi.dst": (values) => values.slice(0, 1).map(reverseBits),
    }),
  ],
  disagreements: [
    {
      captures: ["eapon1.pcap"],
      found: ["eap.identity nothing instead of 1295023820005391@mnc023.mcc295.owlan.org"],
      frames: 4,
      why: "the identity is an attribute of EAP-SIM, which is TypeData here",
    },
    {
      captures: [
        "hostile/ieee802.11_meshhdr-oobr.pcap",
        "hostile/ieee802.11_rates_oobr.pcap",
        "hostile/radiotap-heapoverflow.pcap",
      ],
      found: ["no record of wlan, Radiotap malformed"],
      frames: 1,
      why: "the header is of version 48, and there is only version 0",
    },
    {
      captures: ["lwapp-data.pcap"],
      found: ["no record of wlan"],
      frames: 6,
      why: "LWAPP has no decoder",
    },
    {
      captures: ["nDPI-capwap_data.pcapng"],
      found: ["wlan.frag 0 instead of 6"],
      frames: 9,
      why: "Cisco's access points exchange the bytes of the sequence control, too: with these in " +
        "order it counts from packet to packet, and the frames are whole",
    },
    {
      captures: ["nDPI-capwap_data.pcapng"],
      found: ["wlan.seq 1891 instead of 775"],
      frames: 3,
      why: "the same",
    },
    {
      captures: ["nDPI-capwap_data.pcapng"],
      found: ["wlan.seq 1892 instead of 1031"],
      frames: 3,
      why: "the same",
    },
    {
      captures: ["nDPI-capwap_data.pcapng"],
      found: ["wlan.seq 1893 instead of 1287"],
      frames: 3,
      why: "the same",
    },
    {
      captures: ["own/crafted/link_types.pcapng"],
      found: ["no record of llc"],
      frames: 2,
      why:
        "tshark puts fragments of 802.11 together and takes an A-MSDU apart; neither is done here",
    },
    {
      captures: ["own/crafted/link_types.pcapng"],
      found: ["a record of llc, which tshark does not see"],
      frames: 1,
      why: "tshark takes asynchronous LLC frames of FDDI only; synchronous ones carry LLC, too",
    },
  ],
};

function ofControl(valuesOf: ValuesOf<Dot11HTControl>): ValuesOf<Dot11> {
  return ({ HTControl }) => HTControl ? valuesOf(HTControl) : [];
}

function ofLink(valuesOf: ValuesOf<Dot11LinkAdapationControl>): ValuesOf<Dot11> {
  return ({ HTControl }) => {
    const link = HTControl?.HT?.LinkAdapationControl;
    return link ? valuesOf(link) : [];
  };
}

function ofVht(valuesOf: ValuesOf<Dot11HTControlVHT>): ValuesOf<Dot11> {
  return ({ HTControl }) => HTControl?.VHT ? valuesOf(HTControl.VHT) : [];
}

function endsAsVht({ HT, VHT }: Dot11HTControl): boolean {
  return VHT !== undefined || (HT !== undefined && !HT.LinkAdapationControl!.TRQ);
}

function hasFeedback({ UnsolicitedMFB, MFB }: Dot11HTControlVHT): boolean {
  return UnsolicitedMFB && !(MFB!.VHTMCS === 15 && MFB!.NumSTS === 7);
}

function hasGroup(r: Dot11HTControlVHT): boolean {
  return hasFeedback(r) || !r.UnsolicitedMFB;
}

function mainType({ Type }: Dot11): number {
  return Type & 3;
}

function subtype({ Type }: Dot11): number {
  return Type >> 2;
}

/** The direction of a data frame, 0 to 3; that of other frames is 0. */
function directions(r: Dot11): number {
  return mainType(r) === DATA ? r.Flags & (TO_DS | FROM_DS) : 0;
}

function bssid(r: Dot11): string[] {
  if (mainType(r) === CONTROL) {
    return subtype(r) === CF_END ? [r.Address2] : subtype(r) === PS_POLL ? [r.Address1] : [];
  }
  return [[r.Address3], [r.Address1], [r.Address2], []][directions(r)]!;
}

function destination(r: Dot11): string[] {
  if (mainType(r) === CONTROL) return [];
  return [(directions(r) & TO_DS) !== 0 ? r.Address3 : r.Address1];
}

function source(r: Dot11): string[] {
  if (mainType(r) === CONTROL) return [];
  return [[r.Address2, r.Address2, r.Address3, r.Address4][directions(r)]!];
}

/** Key data in the clear is not in a record. */
function onlyEncrypted(values: string[], answer: Answer): string[] {
  const isEncrypted = answer.get("wlan_rsna_eapol.keydes.key_info.encrypted_key_data")?.[0] === "1";
  return only(isEncrypted, values).flat();
}

function notOfRc4(values: string[], answer: Answer): string[] {
  return answer.get("eapol.keydes.type")?.[0] === "1" ? [] : values;
}

function isStandard({ RequestType }: USBRequestBlockSetup): boolean {
  return (RequestType & 0x60) === 0;
}

function onlyFirst(values: string[]): string[] {
  return values.slice(0, 1);
}

function onlyFirstOrZero(values: string[]): string[] {
  return [values[0] ?? "0"];
}

function reverseBits(address: string): string {
  const reversed = (byte: string) =>
    parseInt(parseInt(byte, 16).toString(2).padStart(8, "0").split("").reverse().join(""), 2)
      .toString(16).padStart(2, "0");
  return address.split(":").map(reversed).join(":");
}

function hex16(value: bigint): string {
  return `0x${value.toString(16).padStart(16, "0")}`;
}
