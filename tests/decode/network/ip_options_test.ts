import { assertEquals } from "@std/assert";
import { endOfOptions } from "../../../lib/decode/network/ip_options.ts";
import { TCPSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, decodeFrame, frame } from "../decode_frame.ts";

Deno.test("options end with their interval, behind an end byte, or before one that is broken", () => {
  const table: [string, number][] = [
    ["", 0],
    ["01010101", 4],
    ["020405b4", 4],
    ["020405b4 0402 0101", 8],
    ["00", 1],
    ["0101 00 ff", 3],
    ["02", 0], // no length
    ["0101 02", 2],
    ["0200", 0], // shorter than kind and length
    ["0201", 0],
    ["0205 05b4", 0], // beyond the interval
    ["0402 0303", 2],
  ];
  for (const [hex, end] of table) {
    const options = frame("ee", hex, "01"); // not from 0, not to the end
    assertEquals(endOfOptions(options, 1, options.length - 1), 1 + end, hex);
  }
});

Deno.test("the options of a real SYN are kinds and lengths as tshark shows them", () => {
  // tcpdump's tests/ssh.pcap, frame 1
  const decoded = decodeFrame(
    frame(
      "d4ca6d2e7f67 8c85903f77dd 0800 45000040 00004000 40060344 ca6c57a5 df8435de",
      "f2c2 0016 f351f158 00000000 b0 02 ffff ec12 0000",
      "020405b4 01 030306 01 01 080a7422c7ce00000000 0402 00 00",
    ),
  );
  const [tcp] = decoded.recordsOf(TCPSchema);
  assertEquals(
    tcp?.Options.map(({ OptionType, OptionLength }) => [OptionType, OptionLength]),
    [[2, 4], [1, 1], [3, 3], [1, 1], [1, 1], [8, 10], [4, 2], [0, 1]],
  );
  assertEquals(tcp?.Padding, frame("00"));
  assertCanonical(decoded, TCPSchema);
});
