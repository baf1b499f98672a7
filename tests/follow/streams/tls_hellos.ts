/** Makes hellos of TLS. */
import { latin1 } from "./talk.ts";

export const u16 = (number: number) => [number >> 8, number & 0xff];

export function extension(type: number, data: readonly number[]): number[] {
  return [...u16(type), ...u16(data.length), ...data];
}

export function message(type: number, body: readonly number[]): Uint8Array {
  return Uint8Array.of(type, 0, ...u16(body.length), ...body);
}

/** A hello of a client that offers two ciphers and one of GREASE, for `a.example`. */
export function clientHello(padding = 0): Uint8Array {
  const name = latin1("a.example");
  const extensions = [
    ...extension(0, [...u16(name.length + 3), 0, ...u16(name.length), ...name]),
    ...extension(16, [0, 12, 2, 0x68, 0x32, 8, ...latin1("http/1.1")]),
    ...extension(43, [4, 3, 4, 3, 3]),
    ...extension(21, Array<number>(padding).fill(0)),
  ];
  const random = Array<number>(32).fill(7);
  const ciphers = [0x0a0a, 0x1301, 0xc02f].flatMap(u16);
  return message(1, [
    3,
    3,
    ...random,
    0,
    ...u16(ciphers.length),
    ...ciphers,
    1,
    0,
    ...u16(extensions.length),
    ...extensions,
  ]);
}
