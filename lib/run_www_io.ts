import { ConfigError, messageOf } from "./base/errors.ts";
import type { Log } from "./base/program/log_io.ts";
import type { EngineOptions } from "./write/nats/engine_access.ts";
import { accessWords } from "./write/nats/engine_settings.ts";
import { pageAbout } from "./www/page_about.ts";
import type { PageActions } from "./www/page_actions.ts";
import { PageService } from "./www/page_service_io.ts";
import { pastSensors } from "./www/past_sensors_io.ts";
import { type PageFlags, pagePlace } from "./www/page_settings.ts";

/** In the folder of the records, where nothing else is said. */
const TOKEN_FILE = ".www-token";

/**
 * Serves the page of a collector, as its flags say, which have to be right.
 *
 * @param out The folder of the records.
 * @param engine Where they are in place of that.
 * @throws ConfigError When it cannot listen, or a file of the flags cannot be used.
 */
export async function servePage(
  flags: PageFlags,
  out: string,
  actions: PageActions,
  log: Log,
  engine?: EngineOptions,
): Promise<PageService> {
  const { "www-cert": cert, "www-key": key } = flags;
  const tokenFile = flags["www-token-file"] ?? `${out}/${TOKEN_FILE}`;
  return await PageService.open({
    ...pagePlace(flags)!,
    ...(cert && key && {
      readTls: async () => ({ cert: await readPem(cert), key: await readPem(key) }),
    }),
    tokenFile,
    ...(flags.store === "files" && { past: await pastSensors(out) }),
    about: pageAbout({
      ...{ out, address: flags.addr, tokenFile },
      ...(flags.store !== "files" && { engine: flags.store, engineFlags: accessWords(flags) }),
    }, Deno.build.standalone),
    ...{ actions, log, engine },
  });
}

async function readPem(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new ConfigError("usage", `Cannot read "${path}": ${messageOf(cause)}`, { cause });
  }
}
