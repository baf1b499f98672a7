import { assertEquals } from "@std/assert";
import { encodeHex } from "../../../lib/base/bytes/bytes.ts";
import { checkIcmpv6Options } from "../../../lib/decode/network/icmpv6_options.ts";
import { Outcome } from "../../../lib/decode/outcome.ts";
import { ICMPv6NeighborSolicitationSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertCut, decodeFrame, frame } from "../decode_frame.ts";

/** A neighbor solicitation with these options. */
function solicitation(options: Uint8Array): Uint8Array {
  const length = (24 + options.length).toString(16).padStart(4, "0");
  return frame(
    "0060970769ea 0000860580da 86dd 60000000",
    length,
    "3a ff fe80000000000000020086fffe0580da fe80000000000000026097fffe0769ea",
    "87 00 68bd 00000000 fe80000000000000026097fffe0769ea",
    options,
  );
}

Deno.test("each option is type and data, which are 6 bytes short of its units", () => {
  // The nonce option of RFC 3971 in tcpdump's tests/icmpv6-ns-nonce.pcap; 2 units of type 31.
  const options = frame("0e01 6069604c0aaa", "1f02", "ab".repeat(14));
  const decoded = decodeFrame(solicitation(options));
  const [message] = decoded.recordsOf(ICMPv6NeighborSolicitationSchema);
  assertEquals(
    message?.Options.map(({ Type, Data }) => [Type, encodeHex(Data)]),
    [[14, "6069604c0aaa"], [31, "ab".repeat(14)]],
  );
  assertCanonical(decoded, ICMPv6NeighborSolicitationSchema);
});

Deno.test("of a message that the capture has cut the whole options are in the record", () => {
  const whole = solicitation(frame("0e01 6069604c0aaa", "1f02", "ab".repeat(14)));
  const cut = assertCut(
    whole,
    whole.length - 24,
    whole.length - 1,
    ICMPv6NeighborSolicitationSchema,
  );
  assertEquals(
    cut.map(({ Options }) => Options.map(({ Type }) => Type)),
    [...Array(8).fill([]), ...Array(16).fill([14])],
  );
  assertEquals(encodeHex(cut.at(-1)!.Options[0]!.Data), "6069604c0aaa");
});

Deno.test("options are whole, cut short, or malformed where the length is 0", () => {
  const table: [string, Outcome][] = [
    ["", Outcome.Ok],
    ["0101 0000860580da", Outcome.Ok],
    ["01", Outcome.Truncated],
    ["0101 0000860580", Outcome.Truncated],
    ["0102 0000860580da", Outcome.Truncated],
    ["0101 0000860580da 0101", Outcome.Truncated],
    ["0100 0000860580da", Outcome.Malformed],
    ["0101 0000860580da 0200 0000860580da", Outcome.Malformed],
  ];
  for (const [hex, outcome] of table) {
    const options = frame(hex);
    assertEquals(checkIcmpv6Options(options, 0, options.length, false), outcome, hex);
    const ofCut = outcome === Outcome.Truncated ? Outcome.Ok : outcome;
    assertEquals(checkIcmpv6Options(options, 0, options.length, true), ofCut, hex);
  }
});
