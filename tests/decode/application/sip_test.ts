import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { SIPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertCut,
  assertRefused,
  assertTruncated,
  decodeFrame,
} from "../decode_frame.ts";
import { LINKTYPE_IPV4, text, udpPacket } from "./dns_messages.ts";

const IP = { linkType: LINKTYPE_IPV4 };
// nDPI's sip.pcap, frame 1, without some headers.
const REGISTER = [
  "REGISTER sip:sip.cybercity.dk SIP/2.0",
  "Via: SIP/2.0/UDP 192.168.1.2;branch=z9hG4bKnp151248737-46ea715e192.168.1.2;rport",
  "Contact:  <sip:voi18063@192.168.1.2:5060;line=9c7d2dbd8822013c>;expires=1200;q=0.500",
  "CSeq: 68 REGISTER",
];

function packet(lines: readonly string[], lineBreak = "\r\n"): Uint8Array {
  return udpPacket(5060, 5060, text([...lines, "", "body"].join(lineBreak)));
}

function decodeLines(lines: readonly string[], lineBreak?: string) {
  const decoded = decodeFrame(packet(lines, lineBreak), IP);
  assertCanonical(decoded, SIPSchema);
  return decoded.recordsOf(SIPSchema)[0]!;
}

function headersOf(lines: readonly string[], lineBreak?: string): string[] {
  return decodeLines(["BYE sip:a SIP/2.0", ...lines], lineBreak).Headers
    .map((header) => new TextDecoder().decode(header));
}

Deno.test("a request gives its method and headers", () => {
  const decoded = decodeFrame(packet(REGISTER), IP);
  assertEquals(decoded.types, ["IPv4", "UDP", "SIP"]);
  assertEquals(decoded.recordsOf(SIPSchema), [create(SIPSchema, {
    Version: 2,
    Method: 6,
    Headers: [
      "via:SIP/2.0/UDP 192.168.1.2;branch=z9hG4bKnp151248737-46ea715e192.168.1.2;rport",
      "contact:<sip:voi18063@192.168.1.2:5060;line=9c7d2dbd8822013c>;expires=1200;q=0.500",
      "cseq:68 REGISTER",
    ].map(text),
    SrcIP: "10.0.0.1",
    DstIP: "10.0.0.2",
    SrcPort: 5060,
    DstPort: 5060,
  })]);
});

Deno.test("a response gives its code, its reason, and the method of its CSeq header", () => {
  const { IsResponse, ResponseCode, ResponseStatus, Method } = decodeLines([
    "SIP/2.0 403 Wrong password",
    "CSeq: 69 REGISTER",
  ]);
  assertEquals([IsResponse, ResponseCode, ResponseStatus], [true, 403, "Wrong password"]);
  assertEquals(Method, 6);
});

Deno.test("a response may lack a reason and a CSeq header, and be of version 1", () => {
  for (const line of ["SIP/1.0 200", "SIP/1.0 200 "]) {
    const record = decodeLines([line, "Via: a"]);
    assertEquals([record.Version, record.ResponseCode], [1, 200]);
    assertEquals([record.ResponseStatus, record.Method], ["", 0]);
  }
});

Deno.test("methods are numbered as in the original, others are 0", () => {
  const methods = "INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK SUBSCRIBE NOTIFY PUBLISH INFO " +
    "REFER MESSAGE UPDATE PING";
  const numbers = [...methods.split(" "), "OTHER", "invite", "INVITES", "INVIT"].map((method) =>
    decodeLines([`${method} sip:a SIP/2.0`, "Via: a"]).Method
  );
  assertEquals(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0]);
});

Deno.test("headers of one name are one text, in the order of their first", () => {
  // RFC 3261, section 7.3.1: the values are those of one header, with commas between them.
  assertEquals(
    headersOf(["Route: <sip:alice>", "Subject: Lunch", "ROUTE : <sip:bob>", "r: c", "route:"]),
    ["route:<sip:alice>,<sip:bob>,", "subject:Lunch", "r:c"],
  );
});

Deno.test("a value that goes on in other lines has one space for each line break", () => {
  // RFC 3261, section 7.3.1.
  const lines = ["Subject: I know you're there, ", "         pick up the phone   ", "\tand talk!"];
  const subject = "subject:I know you're there, pick up the phone and talk!";
  assertEquals(headersOf(lines), [subject]);
  assertEquals(headersOf(lines, "\n"), [subject]);
  assertEquals(headersOf(["Subject:", " late"]), ["subject:late"]);
});

Deno.test("a reason that is no UTF-8 is text nevertheless", () => {
  const message = text("SIP/2.0 200 O?\r\n\r\n");
  message[13] = 0xe9;
  const [record] = decodeFrame(udpPacket(5060, 1, message), IP).recordsOf(SIPSchema);
  assertEquals(record?.ResponseStatus, "O\ufffd");
});

Deno.test("of a message that the capture cut within the headers, the whole ones are in the record", () => {
  const whole = packet(REGISTER);
  const headersAt = 28 + `${REGISTER[0]}\r\n`.length;
  const secondAt = headersAt + `${REGISTER[1]}\r\n`.length;
  const bodyAt = whole.length - 4;
  assertTruncated(whole, headersAt, secondAt - 2, SIPSchema, "Sip truncated", IP);
  const cut = assertCut(whole, secondAt, bodyAt - 2, SIPSchema, IP);
  const counts = cut.map(({ Headers }) => Headers.length);
  assertEquals(counts, [...counts].sort());
  assertEquals([counts[0], counts.at(-1)], [1, 3]);
  assertEquals(
    cut[0]!.Headers,
    decodeFrame(whole, IP).recordsOf(SIPSchema)[0]!.Headers.slice(0, 1),
  );
  const untouched = { ...IP, originalLength: whole.length };
  const [record] = decodeFrame(whole.subarray(0, bodyAt), untouched).recordsOf(SIPSchema);
  assertEquals(record?.Truncated, false, "the body is in no record");
});

Deno.test("a datagram ends the message, whether its last line ends or not", () => {
  // RFC 3261, section 18.3; PcapPlusPlus' sip_reqs.pcap, frames 3 and 4.
  const lines = ["ACK sip:100@example.test SIP/2.0", "Call-ID: a@192.0.2.1", "CSeq: 1 ACK"];
  for (const end of ["\r\n", "\r", ""]) {
    const bytes = udpPacket(5060, 5060, text(lines.join("\r\n") + end));
    const [record] = decodeFrame(bytes, IP).recordsOf(SIPSchema);
    assertEquals(record?.Headers, ["call-id:a@192.0.2.1", "cseq:1 ACK"].map(text), end);
    assertEquals([record?.Method, record?.Truncated], [2, false]);
  }
  const bytes = udpPacket(5060, 5060, text(`${lines[0]}\nTo: a\nCSe`));
  assertEquals(decodeFrame(bytes, IP).recordsOf(SIPSchema)[0]?.Headers, [text("to:a")]);
});

Deno.test("a line that says what it is, and no more, is truncated", () => {
  for (const line of ["ACK sip:100@example.test SIP/2.0", "SIP/2.0 200 OK\r\n"]) {
    assertRefused(udpPacket(5060, 5060, text(line)), SIPSchema, "Sip truncated", IP);
  }
});

Deno.test("lines that are no headers are malformed, and so are more than 256 headers", () => {
  const first = "BYE sip:a SIP/2.0";
  const wrong = [[first, "no header"], [first, ": nothing"], [first, " no beginning"]];
  for (const lines of [...wrong, [first, ...new Array(257).fill("a: b")]]) {
    assertRefused(packet(lines), SIPSchema, "Sip malformed", IP);
  }
  assertEquals(headersOf(new Array(256).fill("a:")).length, 1);
});

Deno.test("a datagram that does not begin as SIP does is unsupported", () => {
  const others = [
    "",
    "jaK\0",
    "BYE sip:a SIP/3.0",
    "BYE sip:a SIP/2.0 ",
    "BYE sip:a",
    "BYE SIP/2.0",
    "BYE  SIP/2.0",
    " sip:a SIP/2.0",
    "BYE sip:a b SIP/2.0",
    "BYE\tsip:a SIP/2.0",
    "SIP/2.0 20 OK",
    "SIP/2.0 2000 OK",
    "SIP/2.0 099 OK",
    "SIP/2.0 2x0 OK",
    "GET / HTTP/1.1",
  ];
  for (const line of others) assertRefused(packet([line]), SIPSchema, "Sip unsupported", IP);
});
