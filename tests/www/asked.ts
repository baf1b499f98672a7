/** Asks the page as no browser would: every header is what the test says. */

/** What was answered. */
export interface Asked {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** Sends a request and reads all that comes. */
export async function ask(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): Promise<Asked> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(encoded(port, line, headers, body));
  const text = await new Response(connection.readable).text();
  return parsed(text);
}

/** The bytes of a request. */
export function encoded(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): Uint8Array {
  const all = { Host: `127.0.0.1:${port}`, ...headers, "Content-Length": String(body.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return new TextEncoder().encode(`${line} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** What the page's own scripts say besides. */
export function ofPage(port: number): Record<string, string> {
  return { Origin: `http://127.0.0.1:${port}`, "X-Farcap": "page" };
}

/** Types the token; gives the cookie. */
export async function enter(port: number, token: string): Promise<string> {
  const { headers } = await ask(port, "POST /api/enter", ofPage(port), JSON.stringify({ token }));
  return headers.get("set-cookie")!.split(";")[0]!;
}

function parsed(text: string): Asked {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  return {
    status: Number(first.split(" ")[1]),
    headers: new Map(lines.map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name.toLowerCase(), value.join(": ")];
    })),
    text: rest.join("\r\n\r\n"),
  };
}
