import { assertEquals } from "@std/assert";
import { bodyLength, parseRequestHead } from "../../../lib/transport/http/request_head.ts";

const of = (line: string, ...headers: string[]) =>
  parseRequestHead([line, "Host: x", ...headers, "", ""].join("\r\n"));

Deno.test("GET has a path, in each of the forms that RFC 9112 gives a target (3.2)", () => {
  assertEquals(of("GET /metrics HTTP/1.1")?.path, "/metrics");
  const { path, query } = of("GET /metrics?name[]=up HTTP/1.0")!;
  assertEquals([path, query], ["/metrics", "name[]=up"]);
  assertEquals(of("GET http://localhost:9000/metrics HTTP/1.1")?.path, "/metrics");
  assertEquals(of("POST /a HTTP/1.1")?.method, "POST");
});

Deno.test("what is no request is told apart", () => {
  for (
    const line of [
      ...["", "GET", "GET /metrics", "GET /metrics HTTP/2.0", "get /metrics HTTP/1.1"],
      ...["GET  /metrics HTTP/1.1", "GET metrics HTTP/1.1", "GET /a b HTTP/1.1", "\x16\x03\x01"],
    ]
  ) assertEquals(of(line), undefined, line);
});

Deno.test("headers go by names in small letters; those that two readers may read in two ways are refused", () => {
  const head = of("GET / HTTP/1.1", "COOKIE: a=1", "Cookie:b=2 ", "Content-Length: 3");
  assertEquals(head?.headers.get("cookie"), "a=1; b=2");
  assertEquals(bodyLength(head!), 3);
  assertEquals(bodyLength(of("GET / HTTP/1.1", "Content-Length: 0x3")!), undefined);
  for (
    const header of [
      ...["Host: y", "Transfer-Encoding: chunked", "no header", " folded: line", "A b: c"],
      ...["Name : value", "Name: with\x00zero", "Name: with\nend"],
    ]
  ) assertEquals(of("GET / HTTP/1.1", header), undefined, header);
  const twice = of("GET / HTTP/1.1", "Content-Length: 3", "Content-Length: 4");
  assertEquals(twice, undefined);
});
