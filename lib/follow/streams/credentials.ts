/** That somebody gave a name and a secret, and to whom: never the secret. */
import { typeNumber } from "../../base/record/record_types.ts";
import { tagsOf } from "../../base/record/tags.ts";
import { CredentialsSchema } from "../../../proto/netcap_tags.ts";
import { type Ends, type StreamRecords, writeString } from "./stream_records.ts";

const TAG = tagsOf(CredentialsSchema);
const TYPE = typeNumber(CredentialsSchema.name);

export interface Login {
  /** In the original's words, as `HTTP Basic Auth`. */
  readonly service: string;
  readonly user: string;
  readonly hasSecret: boolean;
}

/** Writes the record, where such are wanted at all (`-credentials`). */
export function writeCredentials(records: StreamRecords, ends: Ends, login: Login): void {
  if (!records.hasCredentials) return;
  const out = records.begin(TYPE, TAG.Timestamp);
  if (out === undefined) return;
  writeString(out, TAG.Service, login.service);
  writeString(out, TAG.Flow, records.flowText(ends));
  writeString(out, TAG.User, login.user);
  records.id(out, TAG.ConnectionID, ends);
  out.bool(TAG.HasSecret, login.hasSecret);
  records.commit(TYPE);
}

/** Text that base64 stands for; undefined for what is none. RFC 4648. */
export function textOfBase64(base64: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(base64));
  } catch {
    return undefined;
  }
}

/** User, and whether a password came along, of `user:password`. RFC 7617, section 2. */
export function basicLogin(credentials: string): Omit<Login, "service"> | undefined {
  const text = textOfBase64(credentials);
  const colonAt = text?.indexOf(":") ?? -1;
  if (text === undefined || colonAt < 0) return undefined;
  return { user: text.slice(0, colonAt), hasSecret: colonAt + 1 < text.length };
}

/** The same of SASL PLAIN: for whom, who, secret, with NUL between. RFC 4616, section 2. */
export function plainLogin(base64: string): Omit<Login, "service"> | undefined {
  const [, user, secret] = textOfBase64(base64)?.split("\0") ?? [];
  return user === undefined ? undefined : { user, hasSecret: (secret ?? "") !== "" };
}
