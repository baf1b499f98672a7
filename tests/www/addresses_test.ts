import { assertEquals } from "@std/assert";
import { isAddress, whereAddress } from "../../lib/www/live_filter.ts";
import { isAddress as isAddressOnPage, whereOf } from "../../lib/www/page/addresses.js";
import { pageAbout } from "../../lib/www/page_about.ts";
import { ARPSchema, UDPSchema } from "../../proto/gen/netcap_pb.ts";

const ADDRESSES = [
  ...["10.0.0.1", "10.0.0.0/8", "2001:db8::1", "2001:db8::/32"],
  ...["00:00:5e:00:53:01", "00-00-5E-00-53-01", "00:00:5e:00:53:00/24"],
];

Deno.test("the page asks for no address that the program refuses, and for all others", () => {
  for (const text of ADDRESSES) {
    assertEquals([isAddressOnPage(text), isAddress(text)], [true, true], text);
  }
  for (const text of ["", "1", "a-b", "00-00", "10.0.0.0/", "10.0.0.0/1234", "x", "a or b"]) {
    assertEquals([isAddressOnPage(text), isAddress(text)], [false, false], text);
  }
});

Deno.test("the command below live records looks for an address where they were looked for", () => {
  const { types } = pageAbout({ out: "records", address: ":1335", tokenFile: "token" }, false);
  for (const schema of [UDPSchema, ARPSchema]) {
    const address = "192.0.2.1";
    const choice = { client: "", type: schema.name, address };
    assertEquals(whereOf(choice, types), whereAddress(schema, address));
  }
});
