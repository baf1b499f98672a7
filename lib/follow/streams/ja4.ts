/**
 * JA4, the fingerprint of TLS clients, with BSD-3-Clause. The methods for other protocols have another
 * licence and are not here. github.com/FoxIO-LLC/ja4, technical_details/JA4.md.
 */
import { ja4Hash } from "./crypto.ts";
import { withoutGrease } from "./ja3.ts";
import type { ClientHello } from "./tls_client_hello.ts";

const NO_HASH = "000000000000";
const SERVER_NAME = 0;
const PROTOCOLS = 16;
const VERSIONS: Readonly<Record<number, string>> = {
  0x0304: "13",
  0x0303: "12",
  0x0302: "11",
  0x0301: "10",
  0x0300: "s3",
  0x0002: "s2",
  0xfeff: "d1",
  0xfefd: "d2",
  0xfefc: "d3",
};

/** As `t13d1516h2_8daaf6152771_e5627efa2ab1`. */
export function ja4(hello: ClientHello, isQuic: boolean): string {
  const ciphers = withoutGrease(hello.ciphers);
  const extensions = withoutGrease(hello.extensions);
  const versions = withoutGrease(hello.versions);
  const version = versions.length > 0 ? Math.max(...versions) : hello.version;
  const first = [
    isQuic ? "q" : "t",
    VERSIONS[version] ?? "00",
    extensions.includes(SERVER_NAME) ? "d" : "i",
    twoDigits(ciphers.length),
    twoDigits(extensions.length),
    ends(hello.protocols[0]),
  ].join("");
  const sorted = extensions.filter((type) => type !== SERVER_NAME && type !== PROTOCOLS)
    .map(hex).sort();
  const signatures = withoutGrease(hello.signatures).map(hex);
  const offered = [sorted.join(), ...(signatures.length > 0 ? [signatures.join()] : [])].join("_");
  return [
    first,
    ciphers.length > 0 ? ja4Hash(ciphers.map(hex).sort().join()) : NO_HASH,
    extensions.length > 0 ? ja4Hash(offered) : NO_HASH,
  ].join("_");
}

/**
 * The first and last character of the first protocol offered; where either is neither letter nor digit,
 * the first and last of its hex digits.
 */
function ends(protocol: Uint8Array | undefined): string {
  if (protocol === undefined || protocol.length === 0) return "00";
  const [first, last] = [protocol[0]!, protocol.at(-1)!];
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last);
  return byteHex(first)[0]! + byteHex(last)[1]!;
}

function isAlphanumeric(byte: number): boolean {
  return /^[0-9A-Za-z]$/.test(String.fromCharCode(byte));
}

function twoDigits(count: number): string {
  return String(Math.min(99, count)).padStart(2, "0");
}

function hex(number: number): string {
  return number.toString(16).padStart(4, "0");
}

function byteHex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
