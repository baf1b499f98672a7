/** A page that is served, of a collector that a test makes up. */
import type { CollectorReading } from "../../lib/write/counts/collector_reading.ts";
import { pageAbout } from "../../lib/www/page_about.ts";
import { type PageOptions, PageService } from "../../lib/www/page_service_io.ts";
import { inFolder } from "../programs/program.ts";
import { Said } from "../said.ts";
import { enter } from "./asked.ts";

export const TOKEN = "0123456789abcdef0123";

/** Of a collector that nobody has sent anything. */
export const NOTHING: CollectorReading = {
  report: {
    ...{ datagrams: 0, overflowed: 0, refused: new Map(), unstored: 0, damagedFiles: 0 },
    session: {
      ...{ connections: 0, accepted: 0, turnedAway: 0, violations: 0 },
      ...{ batches: 0, duplicates: 0, refused: 0, lost: 0n },
    },
    stored: new Map(),
    expired: { files: 0, batches: 0, records: 0, bytes: 0 },
  },
};

export interface Served {
  readonly page: PageService;
  readonly port: number;
  readonly said: Said;
  /** Of somebody who has typed the token; with TLS there is nobody. */
  readonly cookie: string;
}

/** Runs a test against a page whose token is {@linkcode TOKEN}. */
export function withPage(
  test: (served: Served) => Promise<void>,
  options: Partial<PageOptions> = {},
) {
  return () =>
    inFolder(async (folder) => {
      const tokenFile = `${folder}/token`;
      await Deno.writeTextFile(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
      const said = new Said();
      await using page = await PageService.open({
        address: { hostname: "127.0.0.1", port: 0 },
        names: [],
        isSecure: false,
        tokenFile,
        about: pageAbout({ out: "records", address: "127.0.0.1:1335", tokenFile }, false),
        actions: {
          enrol: () => Promise.reject(new TypeError("nobody enrols")),
          revoke: () => Promise.reject(new TypeError("nobody is revoked")),
        },
        log: said,
        ...options,
      });
      const { port } = page.address;
      const cookie = options.readTls ? "" : await enter(port, TOKEN);
      await test({ page, port, said, cookie });
    });
}
