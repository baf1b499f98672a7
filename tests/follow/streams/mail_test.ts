import { assert, assertEquals } from "@std/assert";
import { type Mail, MailSchema, POP3Schema, SMTPSchema } from "../../../proto/gen/netcap_pb.ts";
import { needs, PYTHON } from "../../needs.ts";
import { follow, type Followed } from "./followed_capture.ts";
import { latin1, type Said, talk } from "./talk.ts";

/** A client of SMTP that sends this mail, dots doubled as RFC 5321, section 4.5.2, wants it. */
function sent(mail: string): Said[] {
  return [
    ["server", "220 mx.example ESMTP\r\n"],
    ["client", "EHLO pc.example\r\n"],
    ["server", "250 mx.example\r\n"],
    [
      "client",
      "MAIL FROM:<anna@example.org> SIZE=1\r\nRCPT TO:<b@example.net>\r\nRCPT TO:<c@example.net>\r\n",
    ],
    ["server", "250 ok\r\n250 ok\r\n250 ok\r\n"],
    ["client", "DATA\r\n"],
    ["server", "354 go on\r\n"],
    ["client", `${mail.replaceAll(/^\./gm, "..")}\r\n.\r\n`],
    ["server", "250 queued\r\n"],
    ["client", "QUIT\r\n"],
    ["server", "221 bye\r\n"],
  ];
}

function mailOf(followed: Followed): Mail {
  const [mail, ...others] = followed.of(MailSchema);
  assertEquals(others, []);
  return mail!;
}

const MAILS = {
  // RFC 5322, appendix A.1.1 and A.1.3; RFC 2047, section 8.
  plain: "From: John Doe <jdoe@machine.example>\r\nTo: Mary Smith <mary@example.net>\r\n" +
    "Subject: Saying Hello\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600\r\nMessage-ID: <1234@local.machine.example>\r\n\r\n" +
    'This is a message just to say hello.\r\nSo, "Hello".',
  groups:
    "From: Pete <pete@silly.example>\r\nTo: A Group:Ed Jones <joe@where.test>,\r\n  John <jdoe@one.test>;\r\n" +
    "Cc: Undisclosed recipients:;\r\nDate: Thu, 13 Feb 1969 23:32:54 -0330\r\n\r\nTesting.",
  words:
    "Subject: =?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=\r\n" +
    "References: <1@a.example>\r\n\t<2@b.example>\r\nIn-Reply-To: <2@b.example>\r\nContent-Language: de\r\n\r\n\r\nx",
  dots: "Subject: .\r\n\r\n.\r\n..\r\nSubject: body\r\n.end",
  attached: 'Content-Type: multipart/mixed; boundary="outer bound"\r\nSubject: two\r\n\r\n' +
    "--outer bound\r\nContent-Type: multipart/alternative;\r\n boundary=inner\r\n\r\n--inner\r\n\r\ntext\r\n--inner--\r\n" +
    "--outer bound\r\nContent-Disposition: attachment;\r\n filename=x.txt\r\n\r\nx\r\n--outer bound--",
  nested:
    "Content-Type: multipart/mixed; boundary=o\r\nSubject: three\r\n\r\n--o\r\ncontent-type: Multipart/Related; BOUNDARY=i\r\n\r\n" +
    "--i\r\nContent-Disposition: inline\r\n\r\n--i\r\nContent-Disposition: ATTACHMENT\r\n\r\n--i--\r\n--o--",
  inline:
    "Content-Type: multipart/mixed; boundary=o\r\nSubject: none\r\n\r\n--o\r\nContent-Disposition: inline; filename=x\r\n\r\n" +
    "Content-Disposition: attachment\r\n--other\r\nContent-Disposition: attachment\r\n\r\n--o--",
};

/** What Python's parser of mails says of one, lines unfolded. */
const READ_BY_PYTHON = `
import email, json, sys
for mail in json.load(sys.stdin):
    read = email.message_from_string(mail)
    names = ["From", "To", "Cc", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Content-Language", "Content-Type"]
    fields = [(read[name] or "").replace("\\r", "").replace("\\n", "").strip() for name in names]
    print(json.dumps([*fields, any(part.get_content_disposition() == "attachment" for part in read.walk())]))
`;

Deno.test(
  needs("the header of a mail says what Python reads in it, in whatever segments", PYTHON),
  async () => {
    const child = new Deno.Command("python3", {
      args: ["-c", READ_BY_PYTHON],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(Object.values(MAILS))));
    await writer.close();
    const { stdout } = await child.output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    assertEquals(lines.length, Object.keys(MAILS).length);
    for (const [at, [name, mail]] of Object.entries(MAILS).entries()) {
      for (const segmentBytes of [1, 7, 1400]) {
        const read = mailOf(follow(talk(sent(mail), { segmentBytes })));
        const { From, To, CC, Subject, Date, MessageID, References, InReplyTo, ContentLanguage } =
          read;
        const ours = [
          From,
          To,
          CC,
          Subject,
          Date,
          MessageID,
          References,
          InReplyTo,
          ContentLanguage,
        ];
        assertEquals(
          [...ours, read.ContentType, read.HasAttachments],
          JSON.parse(lines[at]!),
          name,
        );
        assertEquals(read.Truncated, false);
        assertEquals(read.Body, []);
      }
    }
  },
);

Deno.test("spaces before a colon, and lines of nothing but spaces, are read as RFC 5322, appendix A.6, has them", () => {
  const mail = mailOf(follow(talk(sent(
    "From  : John Doe <jdoe@machine(comment).  example>\r\nTo    : Mary Smith\r\n  \r\n" +
      "          <mary@example.net>\r\nSubject     : Saying Hello\r\n\r\nHello",
  ))));
  assertEquals(mail.From, "John Doe <jdoe@machine(comment).  example>");
  assertEquals(mail.To.replaceAll(/ +/g, " "), "Mary Smith <mary@example.net>");
  assertEquals(mail.Subject, "Saying Hello");
});

Deno.test("a mail says who carried it, from whom and to whom, and its connection's record names it", () => {
  const followed = follow(talk(sent(MAILS.plain), { serverPort: 25 }));
  const mail = mailOf(followed);
  assertEquals([mail.ReturnPath, mail.EnvelopeTo], [
    "anna@example.org",
    "b@example.net, c@example.net",
  ]);
  assertEquals([mail.ClientIP, mail.ServerIP, mail.Origin], ["192.0.2.1", "198.51.100.2", "SMTP"]);
  const [smtp] = followed.of(SMTPSchema);
  assertEquals(smtp!.MailIDs, [mail.ID]);
  assertEquals(smtp!.ConnectionID, mail.ConnectionID);
  assertEquals(smtp!.Commands.at(-1), "QUIT", "what is behind the mail is read as commands");
});

Deno.test("mails in chunks, which double no dots, end with the last one", () => {
  const chunk = (text: string, last = "") => `BDAT ${text.length}${last}\r\n${text}`;
  const followed = follow(talk([
    ["server", "220 mx ESMTP\r\n"],
    ["client", "EHLO pc\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n"],
    ["server", "250 ok\r\n250 ok\r\n250 ok\r\n"],
    ["client", chunk("Subject: on") + chunk("e\r\n..x: y\r\n\r\n.\r\n") + "BDAT 0 LAST\r\n"],
    ["server", "250 ok\r\n250 ok\r\n250 ok\r\n"],
    [
      "client",
      "MAIL FROM:<>\r\nRCPT TO:c@example.org\r\n" + chunk("Subject: two\r\n\r\n.", " LAST"),
    ],
    ["server", "250 ok\r\n250 ok\r\n250 ok\r\n"],
    ["client", "QUIT\r\n"],
  ]));
  const mails = followed.of(MailSchema);
  assertEquals(
    mails.map((
      { Subject, ReturnPath, EnvelopeTo, Truncated },
    ) => [Subject, ReturnPath, EnvelopeTo, Truncated]),
    [
      ["one", "a@example.org", "b@example.org", false],
      ["two", "", "c@example.org", false],
    ],
  );
  const [smtp] = followed.of(SMTPSchema);
  assertEquals(smtp!.MailIDs, mails.map(({ ID }) => ID));
  assertEquals(new Set(smtp!.MailIDs).size, 2);
});

Deno.test("a mail in chunks that is given up is not the beginning of the next one", () => {
  const begin = "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n";
  const chunk = (text: string, last = "") => `BDAT ${text.length}${last}\r\n${text}`;
  const followed = follow(talk([
    ["server", "220 mx ESMTP\r\n"],
    ["client", `EHLO pc\r\n${begin}${chunk("Subject: one\r\nTo: x\r\n")}RSET\r\n`],
    ["server", "250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n"],
    ["client", begin + chunk("Subject: two\r\n\r\n", " LAST")],
    ["server", "250 ok\r\n250 ok\r\n250 ok\r\n"],
  ]));
  assertEquals(
    followed.of(MailSchema).map(({ Subject, To, Truncated }) => [Subject, To, Truncated]),
    [["one", "x", true], ["two", "", false]],
  );
});

Deno.test("POP3: mails that are taken have records, lists and parts of mails have none", () => {
  const followed = follow(talk([
    ["server", "+OK ready\r\n"],
    ["client", "USER a\r\nPASS b\r\nLIST\r\nTOP 1 0\r\nRETR 1\r\nRETR 2\r\nRETR 3\r\nQUIT\r\n"],
    ["server", "+OK\r\n+OK\r\n+OK\r\n1 10\r\n.\r\n+OK\r\nSubject: top\r\n\r\n.\r\n"],
    [
      "server",
      "+OK\r\nReturn-Path: <x@example.org>\r\nDelivery-Date: Thu, 1 Jan\r\nX-Originating-IP: [192.0.2.9]\r\n",
    ],
    [
      "server",
      "Envelope-To: me@example.org\r\nSubject: first\r\n\r\n..\r\n.\r\n-ERR no\r\n+OK\r\nSubject: third\r\n\r\n.\r\n+OK\r\n",
    ],
  ]));
  const [first, third, ...others] = followed.of(MailSchema);
  assertEquals(others, []);
  assertEquals([first!.Subject, third!.Subject], ["first", "third"]);
  assertEquals([first!.ReturnPath, first!.EnvelopeTo], ["x@example.org", "me@example.org"]);
  assertEquals([first!.XOriginatingIP, first!.DeliveryDate, first!.Origin], [
    "192.0.2.9",
    "Thu, 1 Jan",
    "POP3",
  ]);
  assertEquals(followed.of(POP3Schema)[0]!.MailIDs, [first!.ID, third!.ID]);
});

Deno.test("a header that is not whole, and a mail without one, are told from whole ones", () => {
  const begun: Said[] = [...sent("").slice(0, 7), ["client", "Subject: half\r\nTo: "]];
  const mail = mailOf(follow(talk(begun, { hasEnd: false })));
  assertEquals([mail.Subject, mail.Truncated], ["half", true]);
  const empty = follow(talk(sent("\r\nSubject: in the text")));
  assertEquals(empty.of(MailSchema), []);
  assertEquals(empty.of(SMTPSchema)[0]!.MailIDs, []);
});

Deno.test("of long headers so much is kept, and nothing of the text", () => {
  const long = `Subject: ${"x".repeat(5000)}\r\n ${"y".repeat(900)}\r\n${
    " z\r\n".repeat(50_000)
  }\r\n${"text ".repeat(50_000)}`;
  const followed = follow(talk(sent(long)), { maxBytes: 1 << 20 });
  const mail = mailOf(followed);
  // Of a line 4096 bytes, of a field 4096 characters.
  assertEquals(mail.Subject.length <= 4096 && mail.Subject.startsWith("xxx"), true);
  assertEquals(mail.Truncated, true);
  assert(followed.memory.most < 1 << 18, `${followed.memory.most} bytes kept`);
  assertEquals(followed.of(SMTPSchema)[0]!.Commands.at(-1), "QUIT");
  const bytes = followed.encodingsOf(MailSchema)[0]!;
  assert(bytes.length < 5000 && !new TextDecoder().decode(bytes).includes("text"));
});

Deno.test("fields in UTF-8 are read, and other bytes do no harm", () => {
  const said = sent("Subject: MARK\r\n\r\n");
  const utf8 = new TextEncoder().encode("Subject: Grüße\r\nFrom: ");
  const mail = Uint8Array.of(...utf8, 0xff, 0xfe, 0, ...latin1("@example.org\r\n\r\n.\r\n"));
  said[7] = ["client", mail];
  const { Subject, From } = mailOf(follow(talk(said)));
  assertEquals([Subject, From], ["Grüße", "\ufffd\ufffd\0@example.org"]);
});
