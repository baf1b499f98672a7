/** Where streams of NATS JetStream are that keep records, and as whom to connect. */
export interface EngineOptions {
  /** `nats://HOST[:PORT][,HOST[:PORT]…]`; `tls://…` where nothing may be said in clear. */
  readonly url: string;
  /** For TLS, in PEM: who may have signed the server's certificate, and who this is. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** What is in a file of credentials, as nsc writes it. */
  readonly credentials?: Uint8Array;
  /** A user, and its password. */
  readonly user?: string;
  /** That of `user`. */
  readonly password?: string;
  /** A token, where the server wants that. */
  readonly token?: string;
  /** On how many servers each message is, in streams that are made (default 1). */
  readonly replicas?: number;
}

const DEFAULT_PORT = 4222;

/** The servers of a URL, `host:port` each; undefined for what is none. Each may have the scheme in front, too. */
export function parseEngineUrl(
  url: string,
): { readonly servers: readonly string[]; readonly isTls: boolean } | undefined {
  const [, scheme, list = ""] = /^(nats|tls):\/\/(.+)$/.exec(url) ?? [];
  if (scheme === undefined) return undefined;
  const servers: string[] = [];
  for (const part of list.split(",")) {
    const server = part.replace(`${scheme}://`, "");
    const [, host, port = DEFAULT_PORT] =
      /^(\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+)(?::(\d{1,5}))?$/.exec(server) ?? [];
    if (host === undefined || Number(port) > 65_535) return undefined;
    servers.push(`${host}:${port}`);
  }
  return { servers, isTls: scheme === "tls" };
}
