import { ConfigError, messageOf } from "../../base/errors.ts";
import type { EngineOptions } from "./engine_access.ts";
import { type AccessSettings, engineAmong, type EngineSettings } from "./engine_settings.ts";

/** How to reach an engine: reads the files that say who connects. @throws ConfigError `usage` when one cannot be read. */
export async function engineOptions(
  url: string,
  flags: AccessSettings & Partial<Pick<EngineSettings, "nats-replicas">>,
): Promise<EngineOptions> {
  const replicas = flags["nats-replicas"];
  const user = flags["nats-user"];
  const [credentials, password, token, ca, cert, key] = await Promise.all(
    [
      ...[flags["nats-creds"], flags["nats-password"], flags["nats-token"]],
      ...[flags["nats-ca"], flags["nats-cert"], flags["nats-key"]],
    ].map(read),
  );
  return {
    url,
    ...(replicas !== undefined && { replicas }),
    tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
    ...(credentials && { credentials: new TextEncoder().encode(credentials) }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password: firstLine(password) }),
    ...(token !== undefined && { token: firstLine(token) }),
  };
}

/**
 * How to reach the engine that is to be read in place of files; undefined where those are, and a line
 * about what is wrong with that.
 *
 * @throws ConfigError As above.
 */
export async function engineFor(
  paths: readonly string[],
  flags: AccessSettings,
): Promise<EngineOptions | { readonly problem: string } | undefined> {
  const found = engineAmong(paths);
  return found && "url" in found ? await engineOptions(found.url, flags) : found;
}

async function read(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    const line = `Cannot read ${path}, which says who connects to NATS: ${messageOf(cause)}`;
    throw new ConfigError("usage", line, { cause });
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/)[0]!;
}
