/** Words for numbers of TLS. */

/** Groups for key exchange by their numbers, as IANA has assigned them. */
const GROUPS: Readonly<Record<number, string>> = {
  ...Object.fromEntries(
    ("sect163k1 sect163r1 sect163r2 sect193r1 sect193r2 sect233k1 sect233r1 sect239k1 sect283k1 " +
      "sect283r1 sect409k1 sect409r1 sect571k1 sect571r1 secp160k1 secp160r1 secp160r2 secp192k1 " +
      "secp192r1 secp224k1 secp224r1 secp256k1 secp256r1 secp384r1 secp521r1 brainpoolP256r1 " +
      "brainpoolP384r1 brainpoolP512r1 x25519 x448")
      .split(" ").map((name, at) => [1 + at, name]),
  ),
  0x0029: "curveSM2",
  0x0100: "ffdhe2048",
  0x0101: "ffdhe3072",
  0x0102: "ffdhe4096",
  0x0103: "ffdhe6144",
  0x0104: "ffdhe8192",
  0x0200: "MLKEM512",
  0x0201: "MLKEM768",
  0x0202: "MLKEM1024",
  0x11eb: "SecP256r1MLKEM768",
  0x11ec: "X25519MLKEM768",
  0x11ed: "SecP384r1MLKEM1024",
};

/** The name of a group; undefined for one that has none. */
export function groupName(group: number): string | undefined {
  return GROUPS[group];
}
