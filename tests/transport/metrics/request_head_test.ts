import { assertEquals } from "@std/assert";
import { parseRequestHead } from "../../../lib/transport/metrics/request_head.ts";

const of = (line: string) => parseRequestHead(`${line}\r\nHost: x\r\n\r\n`);

Deno.test("GET has a path, in each of the forms that RFC 9112 gives a target (3.2)", () => {
  assertEquals(of("GET /metrics HTTP/1.1"), { path: "/metrics" });
  assertEquals(of("GET /metrics?name[]=up HTTP/1.0"), { path: "/metrics" });
  assertEquals(of("GET http://localhost:9000/metrics HTTP/1.1"), { path: "/metrics" });
});

Deno.test("other methods are refused as such, and what is no request as that", () => {
  for (const method of ["POST", "HEAD", "DELETE", "OPTIONS"]) {
    assertEquals(of(`${method} /metrics HTTP/1.1`), { status: 405 });
  }
  for (
    const line of [
      ...["", "GET", "GET /metrics", "GET /metrics HTTP/2.0", "get /metrics HTTP/1.1"],
      ...["GET  /metrics HTTP/1.1", "GET metrics HTTP/1.1", "GET /a b HTTP/1.1", "\x16\x03\x01"],
    ]
  ) assertEquals(of(line), { status: 400 }, line);
});
