import { assertEquals } from "@std/assert";
import { isFromPage, isOwnHost } from "../../lib/www/page_requests.ts";

const PLACE = { names: ["mon.example"], isSecure: false };
const of = (headers: Record<string, string>) => ({ headers: new Map(Object.entries(headers)) });

Deno.test("a name that leads here by somebody else's DNS is not this host; addresses and own names are", () => {
  for (
    const host of [
      ...["127.0.0.1:1337", "127.0.0.1", "[::1]:1337", "192.0.2.7:80", "localhost:1337"],
      ...["LOCALHOST", "mon.example", "Mon.Example:443"],
    ]
  ) assertEquals(isOwnHost(of({ host }), PLACE), true, host);
  for (
    const host of [
      ...["evil.example", "127.0.0.1.evil.example:1337", "localhost.evil.example", "xmon.example"],
      ...["", "[::1", "127.0.0.1:port", "mon.example@evil.example", "1.2.3.4.5", "[mon.example]"],
    ]
  ) assertEquals(isOwnHost(of({ host }), PLACE), false, host);
  assertEquals(isOwnHost(of({}), PLACE), false);
});

Deno.test("only what the page's own scripts send may change something", () => {
  const own = { host: "127.0.0.1:1337", origin: "http://127.0.0.1:1337", "x-farcap": "page" };
  assertEquals(isFromPage(of(own), PLACE), true);
  assertEquals(isFromPage(of({ ...own, "sec-fetch-site": "same-origin" }), PLACE), true);
  const { origin, "x-farcap": _header, ...bare } = own;
  for (
    const [why, headers] of Object.entries({
      "a form cannot set headers": { ...bare, origin },
      "no origin": { ...bare, "x-farcap": "page" },
      "another port is another page": { ...own, origin: "http://127.0.0.1:8080" },
      "another scheme": { ...own, origin: "https://127.0.0.1:1337" },
      "another site": { ...own, origin: "http://evil.example" },
      "a sandboxed frame": { ...own, origin: "null" },
      "the browser says so": { ...own, "sec-fetch-site": "same-site" },
    })
  ) assertEquals(isFromPage(of(headers), PLACE), false, why);
  const secure = { host: "mon.example", origin: "https://mon.example", "x-farcap": "page" };
  assertEquals(isFromPage(of(secure), { ...PLACE, isSecure: true }), true);
});
