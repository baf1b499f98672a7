import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { USBSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const USB = { linkType: 189 };
const MMAPPED = { linkType: 220 };
// Laid out as `struct usbmon_packet` of Linux is; tshark reads the values below from them.
const SUBMITTED = frame(
  "d5c4b3a2018fffff 53 02 80 01 0200 00 3c 00f1536500000000 40e20100 8dffffff 12000000 00000000",
  "80 06 0001 0904 1200",
);
const MMAPPED_TAIL = "00000000 00000000 00020000 00000000";
const COMPLETED = frame(
  "0010000000000000 43 01 81 09 2c01 2d 00 04f1536500000000 07000000 00000000 08000000 08000000",
  "0000000000000000 08000000 00000000 00000000 00000000",
  "0000040000000000",
);
const ISOCHRONOUS = frame(
  "0020000000000000 43 00 83 04 0100 2d 00 05f1536500000000 08000000 00000000 08000000 28000000",
  "01000000 02000000 01000000 67120000 02020000 02000000",
  "00000000 00000000 04000000 00000000 eeffffff 04000000 04000000 00000000",
  "0001020304050607",
);

Deno.test("a request: what was submitted, and its setup packet", () => {
  for (
    const [bytes, options] of [[SUBMITTED, USB], [frame(SUBMITTED, MMAPPED_TAIL), MMAPPED]] as const
  ) {
    const decoded = decodeFrame(bytes, options);
    assertEquals(decoded.types, ["USB", "USBRequestBlockSetup"]);
    assertEquals(decoded.recordsOf(USBSchema), [create(USBSchema, {
      ID: 0xffff8f01a2b3c4d5n,
      EventType: 83,
      TransferType: 2,
      Direction: 1,
      DeviceAddress: 1,
      BusID: 2,
      TimestampSec: 1700000000n,
      TimestampUsec: 123456,
      Setup: true,
      Status: -115,
      UrbLength: 18,
      UrbCopyOfTransferFlags: options === MMAPPED ? 0x200 : 0,
    })]);
    assertCanonical(decoded, USBSchema);
  }
});

Deno.test("microseconds have a sign, as in usbmon.h: s32 ts_usec", () => {
  const decoded = decodeFrame(patched(SUBMITTED, 24, "feffffff"), USB);
  assertEquals(decoded.recordsOf(USBSchema)[0]?.TimestampUsec, -2);
  assertCanonical(decoded, USBSchema);
});

Deno.test("what came back, with its data where they are asked for", () => {
  const record = create(USBSchema, {
    ID: 0x1000n,
    EventType: 67,
    TransferType: 1,
    Direction: 1,
    EndpointNumber: 1,
    DeviceAddress: 9,
    BusID: 300,
    TimestampSec: 1700000004n,
    TimestampUsec: 7,
    Data: true,
    UrbLength: 8,
    UrbDataLength: 8,
    UrbInterval: 8,
  });
  assertEquals(decodeFrame(COMPLETED, MMAPPED).types, ["USB"]);
  assertEquals(decodeFrame(COMPLETED, MMAPPED).recordsOf(USBSchema), [record]);
  const [withPayload] = decodeFrame(COMPLETED, { ...MMAPPED, payload: true }).recordsOf(USBSchema);
  assertEquals(withPayload, create(USBSchema, { ...record, Payload: frame("0000040000000000") }));
});

Deno.test("the descriptors of an isochronous transfer are no payload", () => {
  const decoded = decodeFrame(ISOCHRONOUS, { ...MMAPPED, payload: true });
  const [record] = decoded.recordsOf(USBSchema);
  assertEquals(record?.IsoNumDesc, 2);
  assertEquals([record?.UrbInterval, record?.UrbStartFrame], [1, 4711]);
  assertEquals(record?.Payload, frame("0001020304050607"));
  assertCanonical(decoded, USBSchema);
});

Deno.test("the endpoint's highest bit says the direction", () => {
  const [out] = decodeFrame(patched(COMPLETED, 10, "02"), MMAPPED).recordsOf(USBSchema);
  assertEquals([out?.Direction, out?.EndpointNumber], [2, 2]);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(SUBMITTED, 0, 47, USBSchema, "Usb truncated", USB);
  assertTruncated(COMPLETED, 0, 63, USBSchema, "UsbMmapped truncated", MMAPPED);
});
