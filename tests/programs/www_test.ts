import { assertEquals, assertMatch } from "@std/assert";
import { encodeHex } from "../../lib/base/bytes/bytes.ts";
import { ask, enter, ofPage } from "../www/asked.ts";
import { needs, OPENSSL, UNIX } from "../needs.ts";
import { TLS_SERVER_NAME, tlsIdentity } from "../../lib/transport/quic/tls_identity.ts";
import { identityOf } from "../tls_identity_of.ts";
import { inFolder, PRIVATE_KEY, runProgram, startCollector } from "./program.ts";

const SAID = /^page on http:\/\/127\.0\.0\.1:(\d+)\/; its token is in (.+)$/;

Deno.test(
  needs("the token is made once, for its owner; whoever typed it is known after a restart", UNIX),
  () =>
    inFolder(async (folder) => {
      let value = "";
      let token = "";
      for (const isFirst of [true, false]) {
        const { collector } = await startCollector(folder, ["-www", "0"]);
        await using _ = collector;
        const [, port, file] = await collector.line(SAID);
        assertEquals(file, `${folder}/records/.www-token`);
        assertEquals((await Deno.stat(file!)).mode! & 0o777, 0o600);
        const text = (await Deno.readTextFile(file!)).trim();
        assertMatch(text, /^[0-9a-f]{64}$/);
        if (isFirst) {
          token = text;
          value = (await enter(Number(port), token)).split("=")[1]!;
        }
        assertEquals(text, token);
        const headers = { Cookie: `farcap-${port}=${value}` }; // another port has another name
        const { text: about } = await ask(Number(port), "GET /api/about", headers);
        assertEquals(JSON.parse(about).out, `${folder}/records`);
        const ended = await collector.stop();
        assertEquals(ended.code, 0, ended.stderr);
        assertEquals(ended.stdout.includes(token) || ended.stderr.includes(token), false);
      }
    }),
);

Deno.test("from the page a sensor is let in and out, as by -enroll and -revoke", () =>
  inFolder(async (folder) => {
    const { collector, address } = await startCollector(folder, ["-www", "0"]);
    await using _ = collector;
    const [, at, file] = await collector.line(SAID);
    const port = Number(at);
    const cookie = await enter(port, await Deno.readTextFile(file!));
    const post = async (path: string, what: unknown) =>
      await ask(port, `POST ${path}`, { ...ofPage(port), Cookie: cookie }, JSON.stringify(what));
    const { text } = await post("/api/enrol", { words: "plant-7", address, valid: "1h" });
    const { token } = JSON.parse(text);
    const enrolled = await runProgram("sensor.ts", ["-enroll", token], { cwd: folder });
    assertEquals(enrolled.code, 0, enrolled.stderr);
    assertEquals((await post("/api/revoke", { name: "plant-7" })).status, 200);
    assertEquals((await post("/api/revoke", { name: "plant-8" })).status, 409);
    const list = await runProgram("collector.ts", ["-enrolled", "-out", `${folder}/records`]);
    assertMatch(list.stdout, /^plant-7 revoked /m);
  }));

Deno.test(
  needs("SIGHUP: the page's certificate is read again, and a wrong one is said", UNIX, OPENSSL),
  () =>
    inFolder(async (folder) => {
      const [cert, key] = [`${folder}/cert.pem`, `${folder}/key.pem`];
      const write = async (identity: { readonly cert: string; readonly key: string }) => {
        await Deno.writeTextFile(cert, identity.cert);
        await Deno.writeTextFile(key, identity.key);
      };
      await write(tlsIdentity());
      const www = ["-www", "127.0.0.1:0", "-www-cert", cert, "-www-key", key];
      const { collector } = await startCollector(folder, www);
      await using _ = collector;
      const [, port] = await collector.line(/^page on https:\/\/127\.0\.0\.1:(\d+)\//);
      const greet = async (caCert: string) => {
        using tcp = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
        const options = { hostname: TLS_SERVER_NAME, caCerts: [caCert] };
        using connection = await Deno.startTls(tcp, options);
        await connection.handshake();
      };
      await greet(tlsIdentity().cert);
      const renewed = await identityOf(TLS_SERVER_NAME);
      await write({ ...renewed, key: "none" });
      collector.kill("SIGHUP");
      await collector.errorLine(
        /^Cannot serve the page: .*; the page's certificate stays as it was$/,
      );
      await greet(tlsIdentity().cert);
      await write(renewed);
      collector.kill("SIGHUP");
      await collector.line(/^the page has another certificate$/);
      await greet(renewed.cert);
    }),
);

Deno.test("what cannot be served is said in a line", () =>
  inFolder(async (folder) => {
    const short = `${folder}/short`;
    await Deno.writeTextFile(short, encodeHex(Uint8Array.of(1, 2)), { mode: 0o600 });
    const run = async (...args: string[]) => {
      const all = ["-privkey", PRIVATE_KEY, "-addr", "127.0.0.1:0", "-out", `${folder}/r`, ...args];
      const { code, stderr } = await runProgram("collector.ts", all);
      return [code, stderr.trim().split("\n").at(-1)];
    };
    assertEquals(await run("-www", "0", "-www-token-file", short), [
      1,
      `Cannot use the page's token in "${short}": it has 4 characters; wanted: at least 16`,
    ]);
    const [code, line] = await run("-www", "0", "-www-cert", short, "-www-key", short);
    assertEquals(code, 1);
    assertMatch(
      String(line),
      /^Cannot serve the page: .*; wanted: a certificate and its key, as PEM$/,
    );
    const missing = `${folder}/missing`;
    assertEquals((await run("-www", "0", "-www-cert", missing, "-www-key", missing))[0], 1);
  }));
