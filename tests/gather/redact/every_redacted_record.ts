/** Of no record that is rewritten can be told which addresses, hardware addresses and names there were. */
import { assert, assertEquals } from "@std/assert";
import { typeName } from "../../../lib/base/record/record_types.ts";
import { encodeHex, parseHex } from "../../../lib/base/bytes/bytes.ts";
import { parseIp } from "../../../lib/base/text/parse_ip.ts";
import { CryptoPan } from "../../../lib/gather/redact/crypto_pan.ts";
import { Kind } from "../../../proto/gen/netcap_pb.ts";
import { type Capture, framesOf, readTable } from "../../decode/captured_frames.ts";
import { askTshark } from "../../decode/tshark/ask_tshark.ts";
import { encodingsOf } from "./encodings.ts";
import { type Leaf, leavesOf } from "./leaves.ts";
import { type MadeRecord, recordsOf } from "./redact_capture.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 3);
/** Where other programs find addresses and names. */
const FIELDS = [
  "ip.addr",
  "ipv6.addr",
  "eth.addr",
  "wlan.addr",
  "arp.src.proto_ipv4",
  "arp.dst.proto_ipv4",
  "arp.src.hw_mac",
  "dns.a",
  "dns.aaaa",
  "dhcp.ip.client",
  "dhcp.ip.your",
  "dhcp.ip.server",
  "dhcp.hw.mac_addr",
  "dhcp.option.router",
  "dhcp.option.dhcp_server_id",
  "dhcp.option.requested_ip_address",
  "dhcpv6.iaaddr.ip",
  "dhcpv6.duidllt.link_layer_addr",
  "icmp.redir_gw",
  "icmpv6.opt.linkaddr",
  "icmpv6.opt.prefix",
  "icmpv6.nd.ns.target_address",
  "igmp.maddr",
  "lldp.chassis.id.mac",
  "lldp.chassis.id.ip4",
  "ospf.srcrouter",
  "ospf.hello.designated_router",
  "cdp.nrgyz.ip_address",
  "vrrp.ip_addr",
];

/** Rewrites all records of these captures, and looks in them for what there was. */
export async function assertNothingIsLeft(
  captures: readonly Capture[],
  minAddresses: number,
): Promise<void> {
  let addresses = 0;
  const found: string[] = [];
  for (const capture of captures) {
    const frames = framesOf(capture);
    const plain = recordsOf(frames).records.flatMap(leavesOf);
    const originals = new Originals();
    for (const leaf of plain) originals.add(leaf);
    for (const text of await seenByTshark(capture)) originals.addText(text);
    addresses += originals.addresses;
    for (const names of [false, true]) {
      const { records } = recordsOf(frames, { key: KEY, names });
      const leaves = records.flatMap(leavesOf);
      found.push(...originals.findIn(leaves, names).map((what) => `${capture.name}: ${what}`));
    }
  }
  assertEquals(found, []);
  assert(addresses >= minAddresses, `${addresses} addresses`);
}

/** Rewritten records are of the same types, with the same times, ports and counts. */
export function assertAllElseIsThere(captures: readonly Capture[]): void {
  const kept = [Kind.TIME, Kind.PORT, Kind.COUNT, Kind.FLAGS, Kind.DURATION];
  const told = (record: MadeRecord) =>
    `${typeName(record.type)} ` +
    leavesOf(record).filter(({ kind }) => kept.includes(kind))
      .map(({ path, value }) => `${path}=${value}`).join(" ");
  for (const capture of captures) {
    const frames = framesOf(capture);
    const { records } = recordsOf(frames);
    const redacted = recordsOf(frames, { key: KEY, names: true }).records;
    assertEquals(redacted.map(told), records.map(told), capture.name);
  }
}

/** Addresses that tshark finds: those of its table where there is one. */
async function seenByTshark(capture: Capture): Promise<string[]> {
  const rows = readTable(capture) ?? await askTshark(capture.url, FIELDS);
  return rows.flatMap((row) => [...row.values()].flat().join(",").split(","))
    .filter((text) => /^[0-9a-f.:]*[.:][0-9a-f.:]*$/.test(text));
}

/** What is looked for. */
class Originals {
  readonly #encodings = new Map<string, string>();
  readonly #numbers = new Set<number>();
  readonly #names = new Set<string>();
  readonly #seen = new Map<string, Uint8Array>();

  get addresses(): number {
    return this.#seen.size;
  }

  add({ kind, value }: Leaf): void {
    if (kind === Kind.ADDRESS || kind === Kind.MAC) {
      if (typeof value === "number") this.#address(numberBytes(value));
      else this.addText(String(value));
    } else if (kind === Kind.NAME) {
      this.addName(String(value));
    }
  }

  addText(text: string): void {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const ip = new Uint8Array(16);
    const length = parseIp(bytes, 0, bytes.length, ip);
    if (length > 0) return this.#address(ip.slice(0, length));
    if (/^([0-9a-f]{2}:)+[0-9a-f]{2}$/.test(text)) {
      const mac = parseHex(text.replaceAll(":", ""))!;
      if (mac.length >= 6) this.#address(mac);
      return;
    }
    if (bytes.length === 4 || bytes.length === 6 || bytes.length === 16) this.#address(bytes);
  }

  addName(text: string): void {
    const name = text.replace(/\0+$/, "").replace(/\.$/, "").toLowerCase();
    // What is shorter would be found in anything.
    if (name.length >= 5 && !namesNobody(name)) this.#names.add(name);
    for (const label of name.split(/[.@]/)) {
      if (label.length >= 6 && label !== "in-addr") this.#names.add(label);
    }
  }

  #address(address: Uint8Array): void {
    if (isNobodys(address)) return;
    const key = address.join(".");
    if (this.#seen.has(key)) return;
    this.#seen.set(key, address);
    for (const form of encodingsOf(address)) this.#encodings.set(form, key);
    if (address.length === 4) {
      this.#numbers.add(new DataView(address.buffer, address.byteOffset).getUint32(0));
    }
  }

  /** What of it is in values. */
  findIn(leaves: readonly Leaf[], hasNoNames: boolean): string[] {
    const pseudonyms = this.#pseudonyms();
    const found = new Set<string>();
    const seen = new Set<string>();
    const lengths = [...new Set([...this.#encodings.keys()].map(({ length }) => length))];
    const nameLengths = [...new Set([...this.#names].map(({ length }) => length))];
    for (const { path, kind, value } of leaves) {
      if (typeof value !== "string") {
        if (kind === Kind.ADDRESS && this.#numbers.has(Number(value))) {
          if (!pseudonyms.has(numberBytes(Number(value)).join("."))) found.add(`${path} ${value}`);
        }
        continue;
      }
      if (seen.has(value)) continue;
      seen.add(value);
      const lower = value.toLowerCase();
      for (const text of new Set([value, lower])) {
        for (const [form, key] of within(text, this.#encodings, lengths)) {
          if (!pseudonyms.has(key)) {
            found.add(`${path} ${JSON.stringify(value)} has ${JSON.stringify(form)}`);
          }
        }
      }
      if (!hasNoNames) continue;
      for (const length of nameLengths) {
        for (let at = 0; at + length <= lower.length; at++) {
          const part = lower.slice(at, at + length);
          if (this.#names.has(part)) {
            found.add(`${path} ${JSON.stringify(value)} has the name ${part}`);
          }
        }
      }
    }
    return [...found];
  }

  /** Of the originals, those that others are rewritten to: to be found is no mistake. */
  #pseudonyms(): Set<string> {
    using pan = new CryptoPan(KEY);
    const pseudonyms = new Set<string>();
    for (const address of this.#seen.values()) {
      if (address.length !== 4 && address.length !== 16) continue;
      const rewritten = address.slice();
      pan.rewrite(rewritten, rewritten.length);
      pseudonyms.add(rewritten.join("."));
    }
    return pseudonyms;
  }
}

/** The forms that are in a text, not as a part of more digits. */
function* within(
  text: string,
  forms: ReadonlyMap<string, string>,
  lengths: readonly number[],
): Iterable<[string, string]> {
  for (const length of lengths) {
    for (let at = 0; at + length <= text.length; at++) {
      const key = forms.get(text.slice(at, at + length));
      if (key === undefined) continue;
      const isText = /^[0-9a-f:._ -]+$/.test(text.slice(at, at + length));
      if (
        isText && (/[0-9a-f]/.test(text[at - 1] ?? "") || /[0-9a-f]/.test(text[at + length] ?? ""))
      ) {
        continue;
      }
      yield [text.slice(at, at + length), key];
    }
  }
}

/** What names no host and no device: it stays. */
function isNobodys(address: Uint8Array): boolean {
  const text = address.join(".");
  if (address.length === 4) {
    return /^(0|127|224\.0\.[01])\./.test(text) || text === "239.255.255.250" ||
      /^1*0*$/.test([...address].map((byte) => byte.toString(2).padStart(8, "0")).join("")) &&
        address[0]! >= 224;
  }
  if (address.length === 16) {
    return /^(0\.){15}[01]$/.test(text) || /^255\.\d\.(0\.){11}[01]\.\d+\.\d+$/.test(text);
  }
  const mac = encodeHex(address);
  return /^(0{12}|f{12}|0180c2.*|01000c(c{5}[cd]|cdcdcd)|3333000[01]....|01005e(000[01]..|7ffffa))$/
    .test(mac);
}

/** Names that are addresses or stand for them, and parts that all names have. */
function namesNobody(name: string): boolean {
  return /^[0-9a-f.:[\]]+$/.test(name) || /(in-addr|ip6)\.arpa$/.test(name);
}

function numberBytes(value: number): Uint8Array {
  return new Uint8Array([value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]);
}
