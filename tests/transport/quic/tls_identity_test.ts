import { assert, assertEquals } from "@std/assert";
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { TLS_SERVER_NAME, tlsIdentity } from "../../../lib/transport/quic/tls_identity.ts";

Deno.test("tlsIdentity() is a certificate of its own key, valid for as long as there are years", () => {
  const { cert, key } = tlsIdentity();
  const certificate = new X509Certificate(cert);
  assert(certificate.verify(certificate.publicKey), "it is signed by its own key");
  assert(certificate.checkPrivateKey(createPrivateKey(key)), "the private key belongs to it");
  const seed = createHash("sha256").update("farcap/1 certificate").digest();
  const { d } = createPrivateKey(key).export({ format: "jwk" });
  assertEquals(d, seed.toString("base64url"));
  assertEquals(certificate.checkHost(TLS_SERVER_NAME), TLS_SERVER_NAME);
  assert(new Date(certificate.validFrom) < new Date("2026-01-01"));
  assertEquals(new Date(certificate.validTo).getUTCFullYear(), 9999);
});
