import { parseEngineUrl } from "./engine_access.ts";
import { parsePartitions } from "./partitions.ts";

/** Who connects to an engine, as a command line says it: mostly names of files. */
export interface AccessSettings {
  readonly "nats-creds"?: string | undefined;
  readonly "nats-user"?: string | undefined;
  readonly "nats-password"?: string | undefined;
  readonly "nats-token"?: string | undefined;
  readonly "nats-ca"?: string | undefined;
  readonly "nats-cert"?: string | undefined;
  readonly "nats-key"?: string | undefined;
}

/** The same as a command line says it. */
export function accessWords(settings: AccessSettings): string[] {
  const names = [
    ...(["nats-creds", "nats-user", "nats-password", "nats-token"] as const),
    ...(["nats-ca", "nats-cert", "nats-key"] as const),
  ];
  return names.flatMap((name) => {
    const value = settings[name];
    return value === undefined ? [] : [`-${name}`, value];
  });
}

/** What is said of engines on the command line of a collector. */
export interface EngineSettings extends AccessSettings {
  readonly store: string;
  readonly from?: string | undefined;
  readonly partitions: string;
  readonly top: boolean;
  readonly "nats-replicas": number;
}

/** The engine among what is to be read; undefined where that is files. */
export function engineAmong(
  paths: readonly string[],
): { readonly url: string } | { readonly problem: string } | undefined {
  const url = paths.find((path) => /^(nats|tls):\/\//.test(path));
  if (url === undefined) return undefined;
  if (!parseEngineUrl(url)) return { problem: `Cannot read ${url}: wanted ${URLS}` };
  return paths.length === 1
    ? { url }
    : { problem: `Cannot read ${url} and something else at a time: wanted it alone` };
}

const URLS = "nats://HOST:PORT or tls://HOST:PORT";

/** What is wrong with that; undefined when nothing is. */
export function engineMistake(
  { store, from, partitions, top }: EngineSettings,
): { readonly flag: "store" | "from" | "partitions"; readonly message: string } | undefined {
  if (store !== "files" && !parseEngineUrl(store)) {
    return { flag: "store", message: `Wrong value "${store}" of -store: wanted files, ${URLS}` };
  }
  if (from !== undefined && !parseEngineUrl(from)) {
    return { flag: "from", message: `Wrong value "${from}" of -from: wanted ${URLS}` };
  }
  if (from !== undefined && (store !== "files" || top)) {
    const message = "With -from there are files, and no sensors: not with -store or -top";
    return { flag: "from", message };
  }
  if (parsePartitions(partitions)) return undefined;
  const message =
    `Wrong value "${partitions}" of -partitions: wanted numbers from 0 to 63 as 0-31,40`;
  return { flag: "partitions", message };
}
