import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { USBRequestBlockSetupSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, decodeFrame, frame } from "../decode_frame.ts";

const USB = { linkType: 189 };
const HEADER = "d5c4b3a2018fffff 53 02 80 01 0200 00 3c " +
  "00f1536500000000 40e20100 8dffffff 12000000 00000000";

/** The setup packet behind a header of usbmon. */
function setupOf(setup: string) {
  const decoded = decodeFrame(frame(HEADER, setup), USB);
  assertEquals(decoded.types, ["USB", "USBRequestBlockSetup"]);
  assertCanonical(decoded, USBRequestBlockSetupSchema);
  return decoded.recordsOf(USBRequestBlockSetupSchema)[0];
}

// Requests of USB 2.0, table 9-3, and of its section 11.24.2 on hubs.
Deno.test("GET_DESCRIPTOR of a string: its type and index, language 0x409", () => {
  assertEquals(
    setupOf("80 06 0203 0904 ff00"),
    create(USBRequestBlockSetupSchema, {
      RequestType: 0x80,
      Request: 6,
      Value: 0x302,
      Index: 0x409,
      Length: 255,
    }),
  );
});

Deno.test("SET_ADDRESS and a hub's GET_STATUS of a port", () => {
  assertEquals(
    setupOf("00 05 0700 0000 0000"),
    create(USBRequestBlockSetupSchema, { Request: 5, Value: 7 }),
  );
  assertEquals(
    setupOf("a3 00 0000 0200 0400"),
    create(USBRequestBlockSetupSchema, { RequestType: 0xa3, Index: 2, Length: 4 }),
  );
});
