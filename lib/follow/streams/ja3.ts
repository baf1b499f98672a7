/**
 * JA3 and JA3S: MD5 of what a hello offers or chooses, in decimal numbers; lists joined with dashes, in
 * the order of the wire, without GREASE (RFC 8701). github.com/salesforce/ja3, README.
 */
import { md5Hex } from "../md5.ts";
import type { ClientHello } from "./tls_client_hello.ts";

export function ja3({ version, ciphers, extensions, groups, pointFormats }: ClientHello): string {
  const lists = [withoutGrease(ciphers), withoutGrease(extensions), withoutGrease(groups)];
  return md5Hex([version, ...lists.map(joined), joined(pointFormats)].join(","));
}

export function ja3s(version: number, cipher: number, extensions: readonly number[]): string {
  return md5Hex([version, cipher, joined(extensions)].join(","));
}

/** Numbers that stand for nothing: 0x0a0a, 0x1a1a … 0xfafa. RFC 8701, section 2. */
export function withoutGrease(numbers: readonly number[]): number[] {
  return numbers.filter((number) =>
    (number & 0x0f0f) !== 0x0a0a || number >> 8 !== (number & 0xff)
  );
}

function joined(numbers: readonly number[]): string {
  return numbers.join("-");
}
