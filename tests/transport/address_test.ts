import { assertEquals } from "@std/assert";
import { formatAddress, parseAddress } from "../../lib/transport/address.ts";

Deno.test("parseAddress() takes HOST:PORT, :PORT, [IPv6]:PORT and names", () => {
  const right = [
    ["127.0.0.1:1335", "127.0.0.1", 1335],
    [":4200", "0.0.0.0", 4200],
    ["[::1]:53", "::1", 53],
    ["[fe80::1%eth0]:53", "fe80::1%eth0", 53],
    ["collector.example:65535", "collector.example", 65535],
    ["localhost:0", "localhost", 0],
  ] as const;
  for (const [text, hostname, port] of right) {
    assertEquals(parseAddress(text, "0.0.0.0"), { hostname, port }, text);
  }
});

Deno.test("parseAddress() refuses everything else", () => {
  for (
    const text of [
      "",
      "127.0.0.1",
      "127.0.0.1:",
      "host:65536",
      "host:-1",
      "host:1x",
      "::1:53",
      "[::1]",
      "[host]:1",
      "a b:1",
      "udp://host:1",
    ]
  ) {
    assertEquals(parseAddress(text, "0.0.0.0"), undefined, text);
  }
});

Deno.test("formatAddress() gives what parseAddress() takes", () => {
  for (const text of ["127.0.0.1:1335", "[::1]:53", "collector.example:1"]) {
    assertEquals(formatAddress(parseAddress(text, "")!), text);
  }
});
