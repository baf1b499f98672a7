import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import { HttpServer, type HttpServerOptions } from "../../../lib/transport/http/http_server_io.ts";
import { TLS_SERVER_NAME, tlsIdentity } from "../../../lib/transport/quic/tls_identity.ts";
import { needs, OPENSSL } from "../../needs.ts";
import { identityOf } from "../../tls_identity_of.ts";
import { until } from "../../until.ts";

const ANY = { hostname: "127.0.0.1", port: 0 };
const MANY_BYTES = 8 << 20;

function open(options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  return HttpServer.open({
    what: "metrics",
    address: ANY,
    answer: ({ path }) => {
      if (path === "/fails") return Promise.reject(new Error("on purpose"));
      if (path !== "/a" && path !== "/large") return Promise.resolve(undefined);
      const text = path === "/a" ? "ä\n" : "x".repeat(MANY_BYTES);
      return Promise.resolve({ status: 200 as const, type: "text/plain", text });
    },
    ...options,
  });
}

async function connect({ address: { port } }: HttpServer, text: string): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return connection;
}

/** Whether the other end has closed; waits for that. */
async function isOver(connection: Deno.TcpConn): Promise<boolean> {
  try {
    return await connection.read(new Uint8Array(1)) === null;
  } catch {
    return true; // it was reset
  } finally {
    connection.close();
  }
}

Deno.test("fetch() gets what there is, and refusals of what there is not", async () => {
  await using server = await open();
  const url = `http://127.0.0.1:${server.address.port}`;
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    return [response.status, await response.text()];
  };
  assertEquals(await get("/a"), [200, "ä\n"]);
  assertEquals(await get("/b"), [404, "Not Found\n"]);
  assertEquals(await get("/fails"), [500, "Internal Server Error\n"]);
  assertEquals(await get("/a", { method: "POST", body: "x" }), [405, "Method Not Allowed\n"]);
  const [, large] = await get("/large");
  assertEquals(String(large).length, MANY_BYTES);
});

Deno.test("a request that never ends, or is too long, takes no more than its time and 8 KiB", async () => {
  await using server = await open({ limitMs: 300 });
  assertEquals(await isOver(await connect(server, "GET /a HTTP/1.1\r\nHost: x\r\n")), true);
  const long = await connect(server, `GET /a HTTP/1.1\r\nX: ${"y".repeat(9000)}`);
  const answer = new Uint8Array(100);
  const read = await long.read(answer);
  assertMatch(
    new TextDecoder().decode(answer.subarray(0, read!)),
    /^HTTP\/1.1 400 Bad Request\r\n/,
  );
  long.close();
});

Deno.test("who does not read is let go of", async () => {
  await using server = await open({ limitMs: 300 });
  const connection = await connect(server, "GET /large HTTP/1.1\r\n\r\n");
  let bytes = 0;
  await until("the connection is reset", async () => {
    try {
      await connection.write(Uint8Array.of(0));
      return false;
    } catch {
      return true;
    }
  });
  const chunk = new Uint8Array(1 << 16);
  try {
    for (let read; (read = await connection.read(chunk)) !== null;) bytes += read;
  } catch {
    // it was reset
  }
  connection.close();
  assertEquals(bytes < MANY_BYTES, true, `${bytes} bytes came`);
});

Deno.test("there are 8 connections at most: the oldest goes for one more, which is answered", async () => {
  await using server = await open({ limitMs: 60_000 });
  const open9 = [];
  for (let n = 0; n < 9; n++) open9.push(await connect(server, "GET /a"));
  assertEquals(await isOver(open9[0]!), true);
  for (const connection of open9.slice(1)) {
    await connection.write(new TextEncoder().encode(" HTTP/1.1\r\n\r\n"));
  }
  for (const connection of open9.slice(1)) assertEquals(await isOver(connection), false);
});

Deno.test("one that is let go of while its answer is made does not stand for those after it", async () => {
  const made = Promise.withResolvers<void>();
  await using server = await open({
    limitMs: 60_000,
    maxConnections: 2,
    answer: async ({ path }) => {
      if (path === "/slow") await made.promise;
      return { status: 200, type: "text/plain", text: path };
    },
  });
  using _ = { [Symbol.dispose]: () => made.resolve() }; // before the server ends, which waits for it
  const [slow, second, third] = [
    await connect(server, "GET /slow HTTP/1.1\r\n\r\n"),
    await connect(server, "GET /second"),
    await connect(server, "GET /third"),
  ];
  assertEquals(await isOver(slow!), true);
  const last = await connect(server, "GET /last HTTP/1.1\r\n\r\n");
  assertEquals(await isOver(last), false);
  const rest = new TextEncoder().encode(" HTTP/1.1\r\n\r\n");
  await third!.write(rest);
  assertEquals(await isOver(third!), false);
  await second!.write(rest).catch(() => {}); // it was reset
  assertEquals(await isOver(second!), true);
});

Deno.test("an address that is in use is said, and so is one that is not this machine's", async () => {
  await using server = await open();
  const { port } = server.address;
  await assertRejects(
    () => open({ address: { ...ANY, port } }),
    ConfigError,
    `Cannot serve metrics on 127.0.0.1:${port}: `,
  );
});

Deno.test("with a certificate it answers over TLS", async () => {
  const tls = tlsIdentity();
  await using server = await open({ tls });
  const plain = await connect(server, "");
  const name = { hostname: TLS_SERVER_NAME, caCerts: [tls.cert] };
  using connection = await Deno.startTls(plain, name);
  await connection.write(new TextEncoder().encode("GET /a HTTP/1.1\r\n\r\n"));
  const text = await new Response(connection.readable).text();
  assertEquals(text.split("\r\n\r\n")[1], "ä\n");
  using without = await connect(server, "GET /a HTTP/1.1\r\n\r\n");
  const alert = await new Response(without.readable).text();
  assertEquals(alert.includes("HTTP"), false);
});

Deno.test(
  needs(
    "another certificate is shown to who comes from now on; who is there stays, and what is none changes nothing",
    OPENSSL,
  ),
  async () => {
    const more = Promise.withResolvers<void>();
    const stream = async (send: (text: string) => Promise<void>) => {
      await send("begun");
      await more.promise;
      await send("ended");
    };
    await using server = await open({
      tls: tlsIdentity(),
      answer: () => Promise.resolve({ type: "text/plain", stream }),
    });
    /** Whoever trusts only that certificate reads up to `begun`. */
    const greet = async (caCert: string) => {
      const name = { hostname: TLS_SERVER_NAME, caCerts: [caCert] };
      const connection = await Deno.startTls(await connect(server, ""), name);
      try {
        await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
        await readTo(connection, "begun");
        return connection;
      } catch (error) {
        connection.close();
        throw error;
      }
    };
    using before = await greet(tlsIdentity().cert);
    const other = await identityOf(TLS_SERVER_NAME);
    for (const wrong of [{ ...other, key: "" }, { ...other, key: tlsIdentity().key }]) {
      const error = await assertRejects(() => server.renew(wrong), ConfigError);
      assertMatch(error.message, /^Cannot serve metrics: .*; wanted: a certificate and its key/);
      (await greet(tlsIdentity().cert)).close();
    }
    await server.renew(other);
    (await greet(other.cert)).close();
    await assertRejects(() => greet(tlsIdentity().cert), Deno.errors.InvalidData);
    more.resolve();
    await readTo(before, "ended");
  },
);

/** Reads until this has come. */
async function readTo(connection: Deno.Conn, wanted: string): Promise<void> {
  let text = "";
  for (const bytes = new Uint8Array(1024); !text.includes(wanted);) {
    const read = await connection.read(bytes);
    if (read === null) throw new Error(`it ended with ${text}`);
    text += new TextDecoder().decode(bytes.subarray(0, read));
  }
}

Deno.test("an answer that is long in the making is told all the same: who makes it bounds that", async () => {
  const made = Promise.withResolvers<void>();
  await using server = await open({
    limitMs: 200,
    answer: async () => {
      await made.promise;
      return { status: 200, type: "text/plain", text: "late" };
    },
  });
  const connection = await connect(server, "GET / HTTP/1.1\r\n\r\n");
  const others = await connect(server, "GET / HTTP/1.1\r\n");
  assertEquals(await isOver(others), true); // a limit has passed
  made.resolve();
  assertMatch(await new Response(connection.readable).text(), /\r\n\r\nlate$/);
});

Deno.test("a body may come byte by byte", async () => {
  await using server = await open({
    methods: ["POST"],
    maxBodyBytes: 100,
    answer: ({ body }) =>
      Promise.resolve({
        status: 200,
        type: "text/plain",
        text: new TextDecoder().decode(body),
      }),
  });
  const connection = await connect(server, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
  connection.setNoDelay();
  for (const byte of new TextEncoder().encode("whole and more")) {
    await connection.write(Uint8Array.of(byte));
  }
  assertMatch(await new Response(connection.readable).text(), /\r\n\r\nwhole$/);
});

Deno.test("a stream goes on until nobody reads it, beyond the time that others have", async () => {
  let hasEnded = false;
  await using server = await open({
    limitMs: 300,
    answer: () =>
      Promise.resolve({
        type: "text/plain",
        stream: async (send, signal) => {
          for (let n = 0; n < 8 && !signal.aborted; n++) {
            await send(`${n}`);
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          if (!signal.aborted) return;
          hasEnded = true;
        },
      }),
  });
  const { port } = server.address;
  const response = await fetch(`http://127.0.0.1:${port}/`);
  assertEquals(await response.text(), "01234567");
  const gone = await connect(server, "GET / HTTP/1.1\r\n\r\n");
  await gone.read(new Uint8Array(10));
  gone.close();
  await until("it has ended", () => hasEnded);
});

Deno.test("when it is closed, so are its connections, and nobody listens any more", async () => {
  const server = await open();
  const { port } = server.address;
  const connection = await connect(server, "GET ");
  await server[Symbol.asyncDispose]();
  assertEquals(await isOver(connection), true);
  await until("nobody listens", async () => {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return false;
    } catch {
      return true;
    }
  });
});
