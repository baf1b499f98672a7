import { assertEquals } from "@std/assert";
import { CredentialsSchema, POP3Schema, SMTPSchema } from "../../../proto/gen/netcap_pb.ts";
import { follow, type Followed } from "./followed_capture.ts";
import { type Said, talk } from "./talk.ts";

const base64 = (text: string) => btoa(text);

function logins(followed: Followed): unknown[] {
  return followed.of(CredentialsSchema)
    .map(({ Service, User, Password, HasSecret }) => [Service, User, Password, HasSecret]);
}

Deno.test("SMTP: commands are read, mails and chunks passed over", () => {
  const said: Said[] = [
    ["server", "220 mx.example ESMTP Postfix\r\n"],
    ["client", "EHLO pc.example\r\n"],
    ["server", "250-mx.example\r\n250-PIPELINING\r\n250 CHUNKING\r\n"],
    ["client", "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"],
    ["server", "250 ok\r\n250 ok\r\n354 go on\r\n"],
    ["client", "Subject: x\r\n\r\nQUIT\r\n..\r\n.x\r\n.\r\nRSET\r\n"],
    ["server", "250 queued\r\n250 ok\r\n"],
    ["client", "mail from:<>\r\nBDAT 13\r\nQUIT\r\nNOOP\r\n\nBDAT 0 LAST\r\n"],
    ["server", "250 ok\r\n250 ok\r\n250 ok\r\n"],
    ["client", "DATA\r\n"],
    ["server", "503 no\r\n"],
    ["client", "QUIT\r\n"],
    ["server", "221 bye\r\n"],
  ];
  for (const segmentBytes of [1, 7, 1400]) {
    const followed = follow(talk(said, { segmentBytes }));
    const [smtp, ...others] = followed.of(SMTPSchema);
    assertEquals(others, []);
    assertEquals(smtp!.Commands, [
      "EHLO",
      "MAIL FROM",
      "RCPT TO",
      "DATA",
      "RSET",
      "MAIL FROM",
      "BDAT",
      "BDAT",
      "DATA",
      "QUIT",
    ]);
    assertEquals([smtp!.SrcIP, smtp!.DstIP, smtp!.DstPort], ["192.0.2.1", "198.51.100.2", 8000]);
    assertEquals(smtp!.IsEncrypted, false);
  }
});

Deno.test("SMTP: who logs in is written, the secret never", () => {
  const followed = follow(
    talk([
      ["server", "220 mx ESMTP\r\n"],
      ["client", "EHLO pc\r\n"],
      ["server", "250 AUTH PLAIN LOGIN\r\n"],
      ["client", `AUTH PLAIN ${base64("\0anna\0s3cret")}\r\n`],
      ["server", "535 no\r\n"],
      ["client", "AUTH LOGIN\r\n"],
      ["server", `334 ${base64("Username:")}\r\n`],
      ["client", `${base64("berta")}\r\n`],
      ["server", `334 ${base64("Password:")}\r\n`],
      ["client", `${base64("s3cret")}\r\n`],
      ["server", "235 yes\r\n"],
      ["client", "AUTH PLAIN\r\n"],
      ["server", "334 \r\n"],
      ["client", `${base64("\0cleo\0")}\r\n`],
      ["server", "535 no\r\n"],
      ["client", "QUIT\r\n"],
    ]),
    { hasCredentials: true },
  );
  assertEquals(logins(followed), [
    ["SMTP Auth Plain", "anna", "", true],
    ["SMTP Auth Login", "berta", "", true],
    ["SMTP Auth Plain", "cleo", "", false],
  ]);
  assertEquals(followed.of(SMTPSchema)[0]!.Commands, [
    "EHLO",
    "AUTH PLAIN",
    "AUTH LOGIN",
    "AUTH PLAIN",
    "QUIT",
  ]);
});

Deno.test("SMTP: behind STARTTLS nothing is read as commands", () => {
  const followed = follow(talk([
    ["server", "220 mx ESMTP\r\n"],
    ["client", "EHLO pc\r\nSTARTTLS\r\n"],
    ["server", "250 STARTTLS\r\n220 go on\r\n"],
    ["client", "\x17\x03\x03\x00\x05QUIT\n"],
  ]));
  const [smtp] = followed.of(SMTPSchema);
  assertEquals([smtp!.Commands, smtp!.IsEncrypted], [["EHLO", "STARTTLS"], true]);
});

Deno.test("POP3: commands are read, mails passed over, users only with -credentials", () => {
  const said: Said[] = [
    ["server", "+OK ready <1.2@example>\r\n"],
    ["client", "CAPA\r\n"],
    ["server", "+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n"],
    ["client", `AUTH PLAIN ${base64("\0anna\0s3cret")}\r\n`],
    ["server", "-ERR no\r\n"],
    ["client", "USER berta\r\n"],
    ["server", "+OK\r\n"],
    ["client", "PASS s3cret\r\n"],
    ["server", "+OK\r\n"],
    ["client", "LIST\r\nLIST 1\r\nRETR 1\r\nRETR 9\r\nNOOP\r\n"],
    ["server", "+OK\r\n1 5\r\n.\r\n+OK 1 5\r\n+OK\r\nQUIT\r\n..\r\n.\r\n-ERR none\r\n+OK\r\n"],
    ["client", "QUIT\r\n"],
    ["server", "+OK bye\r\n"],
  ];
  const commands = ["CAPA", "AUTH", "USER", "PASS", "LIST", "LIST", "RETR", "RETR", "NOOP", "QUIT"];
  for (const segmentBytes of [1, 9, 1400]) {
    const followed = follow(talk(said, { segmentBytes }), { hasCredentials: true });
    const [pop3, ...others] = followed.of(POP3Schema);
    assertEquals(others, []);
    const { Commands, User, Pass, AuthToken, ClientIP, ServerIP } = pop3!;
    assertEquals([Commands, User, Pass, AuthToken], [commands, "berta", "", ""]);
    assertEquals([ClientIP, ServerIP], ["192.0.2.1", "198.51.100.2"]);
    assertEquals(logins(followed), [["POP3", "anna", "", true], ["POP3", "berta", "", true]]);
  }
  const without = follow(talk(said));
  assertEquals([without.of(POP3Schema)[0]!.User, logins(without)], ["", []]);
});

Deno.test("a line that is too long ends the reading and is counted", () => {
  const followed = follow(talk([
    ["server", "220 mx ESMTP\r\n"],
    ["client", `EHLO pc\r\nMAIL FROM:<${"a".repeat(5000)}>\r\n`],
  ]));
  assertEquals([followed.of(SMTPSchema)[0]!.Commands, followed.counts.broken], [["EHLO"], 1]);
});
