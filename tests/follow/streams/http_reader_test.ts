import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import {
  CredentialsSchema,
  FileSchema,
  type HTTP,
  HTTPSchema,
  ServiceSchema,
  SoftwareSchema,
  TLSClientHelloSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { follow, type Followed } from "./followed_capture.ts";
import { type Said, talk } from "./talk.ts";

/** Method, URL, status of each transaction. */
function transactions(followed: Followed): (readonly [string, string, number])[] {
  return followed.of(HTTPSchema).map(({ Method, URL, StatusCode }) => [Method, URL, StatusCode]);
}

const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: example.org\r\n\r\n`;
const OK = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

Deno.test("pipelined requests and their answers are paired, whatever the segments", () => {
  const said: Said[] = [
    ["client", GET("/1") + GET("/2") + "HEAD /3 HTTP/1.1\r\nHost: a\r\n\r\n" + GET("/4")],
    ["server", OK("one") + "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"],
    ["server", "HTTP/1.1 200 OK\r\nContent-Length: 7000\r\n\r\n" + OK("four")],
  ];
  for (const segmentBytes of [1, 3, 17, 1400]) {
    assertEquals(transactions(follow(talk(said, { segmentBytes }))), [
      ["GET", "/1", 200],
      ["GET", "/2", 304],
      ["HEAD", "/3", 200],
      ["GET", "/4", 200],
    ]);
  }
});

Deno.test("a chunked body is passed by its chunks, and its file is what they carry", () => {
  const followed = follow(talk([
    ["client", "POST /in?x=1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"],
    ["client", "4;name=value\r\nwxyz\r\n00A\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n"],
    ["client", GET("/next")],
    [
      "server",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n" + OK(""),
    ],
  ], { segmentBytes: 5 }));
  assertEquals(transactions(followed), [["POST", "/in?x=1", 201], ["GET", "/next", 200]]);
  const [file, ...others] = followed.of(FileSchema);
  assertEquals(others, []);
  const { Name, Length, Hash, HashedLength, Source } = file!;
  assertEquals([Name, Length, HashedLength, Source], [
    "in",
    14n,
    14n,
    "HTTP POST REQUEST to /in",
  ]);
  assertEquals(Hash, createHash("md5").update("wxyz0123456789").digest("hex"));
});

Deno.test("a body without a length ends with the connection; its first MiB is hashed", () => {
  const body = "<!doctype html>" + "x".repeat(2 << 20);
  const followed = follow(talk([
    ["client", "GET /dir/big.html HTTP/1.0\r\n\r\n"],
    ["server", `HTTP/1.0 200 OK\r\nServer: Apache/2.4.41 (Ubuntu)\r\n\r\n${body}`],
  ]));
  const [file] = followed.of(FileSchema);
  assertEquals([file!.Name, file!.Length, file!.HashedLength], [
    "big.html",
    BigInt(body.length),
    1n << 20n,
  ]);
  assertEquals(file!.Hash, createHash("md5").update(body.slice(0, 1 << 20)).digest("hex"));
  assertEquals(file!.ContentTypeDetected, "text/html; charset=utf-8");
  const [http] = followed.of(HTTPSchema);
  assertEquals(http!.ResContentLength, body.length);
  assertEquals(http!.ServerName, "Apache/2.4.41 (Ubuntu)");
});

Deno.test("headers are as they came, without what lets somebody in", () => {
  const followed = follow(
    talk([
      [
        "client",
        "GET / HTTP/1.1\r\nHOST: a.example\r\nuser-agent: curl/8.5.0\r\nAccept: a\r\naccept: b\r\n" +
        "Cookie: id=s3cret; theme=dark\r\nAuthorization: Basic dXNlcjpwYXNzd29yZA==\r\n\r\n",
      ],
      [
        "server",
        "HTTP/1.1 200 OK\r\nSet-Cookie: sid=s3cret; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60\r\n" +
        "X-Powered-By: PHP/8.2.7\r\nContent-Length: 0\r\n\r\n",
      ],
    ]),
    { hasCredentials: true },
  );
  const [http] = followed.of(HTTPSchema);
  assertEquals(http!.RequestHeader, {
    "Host": "a.example",
    "User-Agent": "curl/8.5.0",
    "Accept": "a, b",
    "Authorization": "Basic",
  });
  assertEquals(http!.ResponseHeader, { "X-Powered-By": "PHP/8.2.7", "Content-Length": "0" });
  assertEquals(http!.ReqCookies.map(({ Name, Value }) => [Name, Value]), [["id", ""], [
    "theme",
    "",
  ]]);
  const [cookie] = http!.ResCookies;
  const { Name, Value, Path, Secure, HttpOnly, SameSite, MaxAge } = cookie!;
  assertEquals([Name, Value, Path, Secure, HttpOnly, SameSite, MaxAge], [
    "sid",
    "",
    "/",
    true,
    true,
    2,
    60,
  ]);
  const logins = followed.of(CredentialsSchema);
  assertEquals(
    logins.map(({ Service, User, Password, HasSecret }) => [Service, User, Password, HasSecret]),
    [
      ["HTTP Basic Auth", "user", "", true],
    ],
  );
  for (
    const bytes of [HTTPSchema, CredentialsSchema].flatMap((schema) => followed.encodingsOf(schema))
  ) {
    const text = new TextDecoder("latin1").decode(bytes);
    assertEquals(/s3cret|password|dXNlcjpw/.test(text), false);
  }
});

Deno.test("without -credentials there are none", () => {
  const followed = follow(talk([
    ["client", "GET / HTTP/1.1\r\nAuthorization: Basic dXNlcjpwYXNzd29yZA==\r\n\r\n"],
    ["server", OK("")],
  ]));
  assertEquals(followed.of(CredentialsSchema), []);
});

Deno.test("behind CONNECT and Upgrade what follows is read as what it is", () => {
  const hello = "\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03" + "r".repeat(32) +
    "\0\0\x02\x13\x01\x01\0";
  const connect = follow(talk([
    ["client", "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"],
    ["server", "HTTP/1.1 200 Connection established\r\n\r\n"],
    ["client", hello],
  ]));
  assertEquals(transactions(connect), [["CONNECT", "a.example:443", 200]]);
  assertEquals(connect.of(HTTPSchema)[0]!.Host, "a.example:443");
  assertEquals(connect.of(TLSClientHelloSchema).map(({ CipherSuites }) => CipherSuites), [[
    0x1301,
  ]]);
  const upgrade = follow(talk([
    [
      "client",
      "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ],
    ["server", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"],
    ["client", "\x81\x85GET / HTTP/1.1\r\n\r\n"],
    ["server", "\x81\x05hello"],
  ]));
  assertEquals(transactions(upgrade), [["GET", "/chat", 101]]);
});

Deno.test("a request without an answer and an answer without its request have records", () => {
  assertEquals(
    transactions(follow(talk([["client", GET("/a") + GET("/b")], ["server", OK("")]]))),
    [
      ["GET", "/a", 200],
      ["GET", "/b", 0],
    ],
  );
  const halfSeen = talk([["server", OK("late")]], { hasBeginning: false });
  assertEquals(transactions(follow(halfSeen)), [["", "", 200]]);
});

Deno.test("where the capture has no answers at all, requests are read however many there are", () => {
  const followed = follow(talk([["client", GET("/").repeat(100)]]));
  assertEquals([followed.counts.broken, transactions(followed).length], [0, 100]);
});

Deno.test("a body has the length that its framing says: RFC 9112, section 6.3", () => {
  const both =
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  const coded =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\nContent-Length: 1\r\n\r\nuntil the end";
  const get = GET("/");
  const followed = follow(
    talk([["client", get], ["server", both], ["client", get], ["server", coded]]),
  );
  assertEquals(followed.of(FileSchema).map(({ Length }) => Length), [3n, 13n]);
});

Deno.test("a body that the end of its connection ends is whole only if nothing before FIN is missing", () => {
  const said = [["client", GET("/")], [
    "server",
    "HTTP/1.0 200 OK\r\n\r\n" + "x".repeat(40),
  ]] as const;
  const frames = talk(said, { segmentBytes: 30 });
  const whole = follow(frames);
  assertEquals([whole.counts.missing, whole.of(FileSchema).map(({ Length }) => Length)], [0, [
    40n,
  ]]);
  const withoutLast = follow(frames.toSpliced(-3, 1));
  assertEquals([withoutLast.counts.missing, withoutLast.of(FileSchema)], [1, []]);
});

Deno.test("no record has what lets in whoever knows it, but for queries", () => {
  const request = "GET http://user:hunter2@a.example/x?q HTTP/1.1\r\nHost: a.example\r\n" +
    "Cookie: id=hunter2\r\nAuthorization: Bearer hunter2\r\nX-Api-Key: hunter2\r\n" +
    "Referer: https://user:hunter2@b.example/\r\nX-Session-Token: hunter2\r\n\r\n";
  const answer = "HTTP/1.1 200 OK\r\nSet-Cookie: id=hunter2; Path=/\r\nX-Csrf: a\r\n" +
    "WWW-Authenticate: Token hunter2\r\nContent-Length: 7\r\n\r\nhunter2";
  for (const hasCredentials of [false, true]) {
    const followed = follow(talk([["client", request], ["server", answer]]), { hasCredentials });
    const [{ URL, Host, Referer, RequestHeader }] = followed.of(HTTPSchema) as [HTTP];
    assertEquals([URL, Host], ["http://a.example/x?q", "a.example"]);
    assertEquals([RequestHeader["Authorization"], RequestHeader["X-Api-Key"]], ["Bearer", ""]);
    assertEquals(Referer, "https://b.example/");
    for (const bytes of followed.encodings) {
      assert(!new TextDecoder("latin1").decode(bytes).includes("hunter2"));
    }
  }
});

Deno.test("an answer that the capture has before its request waits for it", () => {
  const frames = talk([["client", GET("/1")], ["server", OK("1")], ["client", GET("/2")], [
    "server",
    OK("2"),
  ]]);
  [frames[4], frames[5]] = [frames[5]!, frames[4]!];
  assertEquals(transactions(follow(frames)), [["GET", "/1", 200], ["GET", "/2", 200]]);
});

Deno.test("heads that are too long or have too many headers end the reading and are counted", () => {
  const long = follow(talk([["client", `GET / HTTP/1.1\r\nX: ${"a".repeat(20_000)}\r\n\r\n`]]));
  assertEquals([long.counts.broken, transactions(long)], [1, []]);
  const many = follow(talk([["client", `GET / HTTP/1.1\r\n${"A: b\r\n".repeat(300)}\r\n`]]));
  assertEquals([many.counts.broken, transactions(many)], [1, []]);
  const [get, ok] = [GET("/"), OK("")];
  const waiting = follow(talk([["client", get], ["server", ok], ["client", get.repeat(40)]]));
  assertEquals([waiting.counts.broken, transactions(waiting).length], [1, 33]);
});

Deno.test("who serves and who asks, and with which programs, is written once", () => {
  const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  const request = `GET / HTTP/1.1\r\nUser-Agent: ${agent}\r\n\r\n`;
  const answer = "HTTP/1.1 204 No Content\r\nServer: nginx/1.22.1\r\n\r\n";
  const followed = follow(talk([
    ["client", request],
    ["server", answer],
    ["client", request],
    ["server", answer],
  ]));
  const software = followed.of(SoftwareSchema).map((
    { Product, Vendor, Version, OS, SourceName, IP },
  ) => [
    Product,
    Vendor,
    Version,
    OS,
    SourceName,
    IP,
  ]);
  assertEquals(software, [
    ["Firefox", "Mozilla", "128.0", "Linux", "UserAgent", "192.0.2.1"],
    ["nginx", "", "1.22.1", "", "ServerName", "198.51.100.2"],
  ]);
  const services = followed.of(ServiceSchema).map((
    { IP, Port, Name, Product, Version, Protocol },
  ) => [
    IP,
    Port,
    Name,
    Product,
    Version,
    Protocol,
  ]);
  assertEquals(services, [["198.51.100.2", 8000, "HTTP", "nginx", "1.22.1", "TCP"]]);
});
