/**
 * QUIC wants a certificate, and the runtime can neither skip it nor choose one per client. So every
 * collector has the same one, whose private key everybody knows: TLS authenticates nobody here, and
 * no decision rests on it (docs/protocol.md, Carrier).
 */
export const TLS_SERVER_NAME = "farcap.invalid";
/** Application protocol that TLS negotiates. */
export const ALPN = "farcap/1";

/** Self-signed, Ed25519, for `farcap.invalid`, 2020 to 9999; signed with {@linkcode KEY}. */
const CERTIFICATE = "MIH/MIGyoAMCAQICAQEwBQYDK2VwMBkxFzAVBgNVBAMMDmZhcmNhcC5pbnZhbGlkMCAXDTIwMDEw" +
  "MTAwMDAwMFoYDzk5OTkxMjMxMjM1OTU5WjAZMRcwFQYDVQQDDA5mYXJjYXAuaW52YWxpZDAqMAUGAytlcAMhAHEg" +
  "Bkt/0+8+o5myxVaQC0mqxELDTbGzyUbAndyqQ8xSox0wGzAZBgNVHREEEjAQgg5mYXJjYXAuaW52YWxpZDAFBgMr" +
  "ZXADQQDddl1KeURNriX+//BzfyCW/kmkN6u2lXO/K5W0Gw+aKweH/ihT1cPolcPdrK1UXCLrWtXDVg2zcoQ9d28w" +
  "hGUH";
/** Its private key, which is no secret: the SHA-256 of the text `farcap/1 certificate`. */
const KEY = "d60fe596bca557c2b4c68cd22374b9d3e3c261fab373fa66390beae885b956c8";
/** What RFC 8410 puts in front of the 32 bytes of an Ed25519 private key. */
const PKCS8_PREFIX = "302e020100300506032b657004220420";

/** The certificate and the private key that belongs to it, as PEM. */
export function tlsIdentity(): { readonly cert: string; readonly key: string } {
  const pkcs8 = (PKCS8_PREFIX + KEY).replaceAll(
    /../g,
    (digits) => String.fromCharCode(parseInt(digits, 16)),
  );
  return { cert: pem("CERTIFICATE", CERTIFICATE), key: pem("PRIVATE KEY", btoa(pkcs8)) };
}

function pem(label: string, base64: string): string {
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
}
