/** Stores at servers that want TLS, certificates and passwords. */
import { assertEquals, assertMatch } from "@std/assert";
import { SILENT } from "../../../lib/base/program/log_io.ts";
import type { EngineOptions } from "../../../lib/write/nats/engine_access.ts";
import { openNatsStore } from "../../../lib/write/nats/open_store_io.ts";
import { NatsServer } from "../../nats_server.ts";
import { NATS_SERVER, needs, OPENSSL } from "../../needs.ts";
import { inFolder } from "../files/in_folder.ts";
import { sessionBatch } from "../files/session_sensor.ts";

/** Makes an authority, and certificates of it for a server at 127.0.0.1 and a client; `FOLDER/server.pem`. */
async function makeCertificates(folder: string): Promise<void> {
  const openssl = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd: folder }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const ofCa = ["-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=ca"];
  await openssl("req", "-x509", ...key, ...ofCa);
  await Deno.writeTextFile(
    `${folder}/extensions`,
    "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n",
  );
  for (const name of ["server", "client"]) {
    const of = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
    await openssl("req", ...key, ...of);
    const signed = ["-in", `${name}.csr`, "-out", `${name}.pem`, "-extfile", "extensions"];
    const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    await openssl("x509", "-req", ...signed, ...by);
  }
}

/** Why a store cannot be opened; empty when it can, and stores. */
async function refusal(options: EngineOptions): Promise<string> {
  try {
    await using store = await openNatsStore(options, SILENT);
    const session = await store.openSession("alice", 1n, () => {});
    session.append(sessionBatch(session.settled + 1n, "text"));
    await session.drained();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

Deno.test(
  needs(
    "TLS with a certificate of one's own, and a password; nothing is said in clear",
    NATS_SERVER,
    OPENSSL,
  ),
  () =>
    inFolder(async (folder) => {
      await makeCertificates(folder);
      const file = (name: string) => Deno.readTextFile(`${folder}/${name}`);
      const [ca, cert, key] = await Promise.all(["ca.pem", "client.pem", "client.key"].map(file));
      const config = `tls { cert_file: "${folder}/server.pem", key_file: "${folder}/server.key", ` +
        `ca_file: "${folder}/ca.pem", verify: true }\nauthorization { user: u, password: "p w" }`;
      await using server = await NatsServer.start({ config });
      const url = server.url.replace("nats", "tls");
      const tls = { ca: ca!, cert: cert!, key: key! };
      const who = { user: "u", password: "p w" };
      assertEquals(await refusal({ url, tls, ...who }), "");
      assertEquals(await refusal({ url: server.url, tls, ...who }), "", "the server wants it");
      assertMatch(await refusal({ url, tls, user: "u", password: "p" }), /uthorization/);
      assertMatch(
        await refusal({ url, tls: { cert: cert!, key: key! }, ...who }),
        /^Cannot connect to tls:\S+: unable to verify/,
      );
      await using open = await NatsServer.start();
      assertMatch(
        await refusal({ url: open.url.replace("nats", "tls"), tls }),
        /^Cannot connect to tls:\S+: [^;]*tls/,
      );
    }),
);
