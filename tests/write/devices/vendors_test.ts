import { assert, assertEquals } from "@std/assert";
import { ieeeList } from "../../../lib/write/devices/ieee_list.ts";
import { isLocalAddress, vendorOf } from "../../../lib/write/devices/vendors.ts";
import { MANUF, MANUF_PATH, needs } from "../../needs.ts";

const LIST = await ieeeList();

Deno.test("a vendor is whose the longest prefix is: of 24, 28 or 36 bits", () => {
  // As https://standards-oui.ieee.org has them in oui.csv, mam.csv and oui36.csv.
  assertEquals(vendorOf(LIST, "00:00:5e:00:53:01"), "ICANN, IANA Department");
  assertEquals(vendorOf(LIST, "b8:27:eb:12:34:56"), "Raspberry Pi Foundation");
  const list = {
    "70B3D5": "IEEE Registration Authority\nNJ",
    "70B3D5F2F": "TELEPLATFORMS\nMoscow",
  };
  assertEquals(vendorOf(list, "70:b3:d5:f2:f0:01"), "TELEPLATFORMS");
  assertEquals(vendorOf(list, "70:b3:d5:f3:00:01"), "IEEE Registration Authority");
  assertEquals(vendorOf(list, "70:b3:d6:f3:00:01"), undefined);
});

Deno.test("addresses that nobody has given have no vendor, also where a list has their first bits", () => {
  assert(isLocalAddress("02:00:5e:00:53:01"));
  assert(isLocalAddress("da:a1:19:00:00:01"));
  assert(!isLocalAddress("00:00:5e:00:53:01"));
  assertEquals(
    vendorOf({ "AA0003": "DIGITAL EQUIPMENT CORPORATION" }, "aa:00:03:01:02:03"),
    undefined,
  );
});

Deno.test(needs("vendors are called as Wireshark's list calls them", MANUF), () => {
  let [alike, compared] = [0, 0];
  for (const line of Deno.readTextFileSync(MANUF_PATH).split("\n")) {
    // `00:00:00` or `00:50:C2:00:00:00/36`, a short name, the whole one.
    const [prefix = "", , name] = line.split("\t").map((cell) => cell.trim());
    const [, mac, bits = "24"] =
      /^((?:[0-9A-F]{2}:){2,5}[0-9A-F]{2})(?:\/(24|28|36))?$/.exec(prefix) ?? [];
    if (mac === undefined || name === undefined || isLocalAddress(mac)) continue;
    const vendor = vendorOf(LIST, mac.padEnd(17, ":00").toLowerCase());
    // What has gone to another since, or is a part of what the list has, is not the same organization.
    if (vendor === undefined || !Object.hasOwn(LIST, digits(mac).slice(0, Number(bits) / 4))) {
      continue;
    }
    compared++;
    if (letters(vendor) === letters(name)) alike++;
  }
  assert(compared > 40_000, `${compared} compared`);
  // The rest are other spellings, renamed companies, and notes of Wireshark's.
  assert(alike > 0.95 * compared, `${alike} of ${compared} alike`);
});

function digits(mac: string): string {
  return mac.replaceAll(":", "");
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}
