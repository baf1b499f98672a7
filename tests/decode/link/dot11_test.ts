import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import {
  type Dot11,
  Dot11HTControlSchema,
  Dot11QOSSchema,
  Dot11Schema,
} from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

const DOT11 = { linkType: 105 };
const LLC = "aaaa03 000000 0806";
// A beacon, data in all directions and QoS data as scapy writes them.
const BEACON = frame(
  "8000 3a01 ffffffffffff 020000000001 020000000001 f0ff",
  "0000000000000000 6400 1100 0006666172636170 010482840b16",
);
const DATA = frame("0801 2c00 020000000001 02000000000a 02000000000d 1014", LLC);
const QOS = frame("8802 2c00 020000000001 02000000000a 02000000000d 1014 161b", LLC);
const FOUR_ADDRESSES = frame(
  "0803 2c00 020000000001 02000000000a 02000000000d 1014 02000000000b",
  LLC,
);

function dot11Of(bytes: Uint8Array): Dot11 {
  const decoded = decodeFrame(bytes, DOT11);
  assertEquals(decoded.counts.failed, {});
  assertCanonical(decoded, Dot11Schema);
  return decoded.recordsOf(Dot11Schema)[0]!;
}

Deno.test("a beacon has three addresses and its sequence number", () => {
  assertEquals(
    dot11Of(BEACON),
    create(Dot11Schema, {
      Type: 0x20,
      DurationID: 314,
      Address1: "ff:ff:ff:ff:ff:ff",
      Address2: "02:00:00:00:00:01",
      Address3: "02:00:00:00:00:01",
      SequenceNumber: 4095,
    }),
  );
  assertEquals(decodeFrame(BEACON, DOT11).types, ["Dot11"]);
});

Deno.test("data between access points has four addresses", () => {
  assertEquals(
    dot11Of(FOUR_ADDRESSES),
    create(Dot11Schema, {
      Type: 2,
      Flags: 3,
      DurationID: 44,
      Address1: "02:00:00:00:00:01",
      Address2: "02:00:00:00:00:0a",
      Address3: "02:00:00:00:00:0d",
      Address4: "02:00:00:00:00:0b",
      SequenceNumber: 321,
    }),
  );
});

Deno.test("QoS data has the parts of QoS control", () => {
  const record = dot11Of(QOS);
  assertEquals(record.Type, 0x22);
  assertEquals(record.QOS, create(Dot11QOSSchema, { TID: 6, EOSP: true, TXOP: 27 }));
  assertEquals(
    dot11Of(patched(QOS, 24, "6500")).QOS,
    create(Dot11QOSSchema, { TID: 5, AckPolicy: 3 }),
  );
  assertEquals(dot11Of(patched(QOS, 24, "0000")).QOS, create(Dot11QOSSchema));
});

Deno.test("control frames have the addresses that IEEE 802.11-2020, 9.3.1, gives them", () => {
  const twoAddresses = [2, 4, 5, 8, 9, 10, 11, 14, 15];
  for (let subtype = 0; subtype < 16; subtype++) {
    const control = (4 | subtype << 4).toString(16).padStart(2, "0");
    const hasTwo = twoAddresses.includes(subtype);
    const bytes = frame(`${control}00 a201 020000000001 02000000000a`);
    const record = dot11Of(bytes);
    assertEquals(record.Type, 1 | subtype << 2);
    assertEquals(record.Address1, "02:00:00:00:00:01");
    assertEquals(record.Address2, hasTwo ? "02:00:00:00:00:0a" : "", `subtype ${subtype}`);
    assertEquals([record.Address3, record.SequenceNumber], ["", 0]);
  }
});

Deno.test("data leads to LLC where it is there in the clear, whole and by itself", () => {
  const typesOf = (bytes: Uint8Array) => decodeFrame(bytes, DOT11).types;
  for (const bytes of [DATA, QOS, FOUR_ADDRESSES]) {
    assertEquals(typesOf(bytes), ["Dot11", "LLC", "SNAP"]);
  }
  assertEquals(typesOf(patched(DATA, 1, "41")), ["Dot11"], "encrypted");
  assertEquals(typesOf(patched(DATA, 1, "05")), ["Dot11"], "the first fragment");
  assertEquals(typesOf(patched(DATA, 22, "11")), ["Dot11"], "the second fragment");
  assertEquals(typesOf(patched(DATA, 0, "48")), ["Dot11"], "no data");
  assertEquals(typesOf(patched(QOS, 0, "c8")), ["Dot11"], "no data");
  assertEquals(typesOf(patched(QOS, 24, "96")), ["Dot11"], "an A-MSDU");
  const mesh = frame("8803", FOUR_ADDRESSES.subarray(2, 30), "0001", LLC);
  assertEquals(typesOf(mesh), ["Dot11"], "mesh control");
  assertEquals(typesOf(patched(mesh, 30, "0000")), ["Dot11", "LLC", "SNAP"]);
});

/** HT control of QoS data; the field as tshark prints it, highest byte first. */
function htControlOf(field: number): Dot11["HTControl"] {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, field, true);
  return dot11Of(frame("8881", QOS.subarray(2, 26), bytes, LLC)).HTControl;
}

// Values: tshark 4.0.17, with MFSI and GID from the bits that IEEE 802.11-2020 names.
Deno.test("HT control: the HT variant with an MCS request, and an antenna selection", () => {
  assertEquals(
    htControlOf(0xe5c2a4b6),
    create(Dot11HTControlSchema, {
      ACConstraint: true,
      RDGMorePPDU: true,
      HT: {
        LinkAdapationControl: { TRQ: true, MRQ: true, MSI: 6, MFSI: 2, MFB: 0x52 },
        CalibrationPosition: 2,
        CSISteering: 3,
        NDPAnnouncement: true,
        DEI: true,
      },
    }),
  );
  assertEquals(
    htControlOf(0x010cb93a),
    create(Dot11HTControlSchema, {
      HT: {
        LinkAdapationControl: { TRQ: true, MFSI: 4, ASEL: { Command: 4, Data: 11 } },
        CalibrationSequence: 3,
        NDPAnnouncement: true,
      },
    }),
  );
  assertEquals(
    htControlOf(0),
    create(Dot11HTControlSchema, { HT: { LinkAdapationControl: {} } }),
  );
});

Deno.test("HT control: the VHT variant, asked for, unasked and without feedback", () => {
  assertEquals(
    htControlOf(0x40da1d7d),
    create(Dot11HTControlSchema, {
      ACConstraint: true,
      VHT: { MRQ: true, MSI: 7, MFSI: 5, MFB: { NumSTS: 6, VHTMCS: 1, BW: 2, SNR: 12 } },
    }),
  );
  assertEquals(
    htControlOf(0xfd3a9b6d),
    create(Dot11HTControlSchema, {
      ACConstraint: true,
      RDGMorePPDU: true,
      VHT: {
        MRQ: true,
        UnsolicitedMFB: true,
        MFB: { NumSTS: 5, VHTMCS: 9, BW: 2, SNR: 36 },
        CompressedMSI: 1,
        STBCIndication: true,
        GID: 0o55,
        CodingType: 1,
        FbTXBeamformed: true,
      },
    }),
  );
  assertEquals(
    htControlOf(0x2f00fe4d),
    create(Dot11HTControlSchema, {
      VHT: { MRQ: true, UnsolicitedMFB: true, MFB: { NumSTS: 7, VHTMCS: 15, SNR: 22 } },
    }),
  );
});

Deno.test("HT control: the HE variant is there, but has no fields", () => {
  assertEquals(htControlOf(0xffffffff), create(Dot11HTControlSchema));
});

Deno.test("HT control is in management frames and control wrappers, not in plain data", () => {
  const management = frame("0080", BEACON.subarray(2, 24), "b6a4c2e5");
  assertEquals(dot11Of(management).HTControl?.HT?.CSISteering, 3);
  assertEquals(dot11Of(management).HTControl?.HT?.DEI, false); // reserved there
  const wrapper = frame("7400 a201 020000000001 8801 7d1dda40 0000000000000000");
  assertEquals(dot11Of(wrapper).HTControl?.VHT?.MSI, 7);
  assertEquals(dot11Of(patched(DATA, 1, "81")).HTControl, undefined);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(BEACON, 0, 23, Dot11Schema, "Dot11 truncated", DOT11);
  assertTruncated(QOS, 0, 25, Dot11Schema, "Dot11 truncated", DOT11);
  assertTruncated(FOUR_ADDRESSES, 0, 29, Dot11Schema, "Dot11 truncated", DOT11);
  assertRefused(frame("b400 a201 020000000001 0200"), Dot11Schema, "Dot11 truncated", DOT11);
});

Deno.test("other versions, extension frames and the reserved data subtype have no record", () => {
  for (const control of ["81", "0c", "d8"]) {
    assertRefused(patched(BEACON, 0, control), Dot11Schema, "Dot11 unsupported", DOT11);
  }
});
