/** An operator of NATS with an account for records, and files of credentials of its users, as nsc makes them. */
import { createHash } from "node:crypto";
import { nkeys } from "@nats-io/transport-node";

const UTF8 = new TextEncoder();

/** What a user may publish and hear, by subjects; all, where nothing is said. */
export interface UserRights {
  readonly publish?: readonly string[];
  readonly subscribe?: readonly string[];
}

/** Whoever lets users in. */
export class NatsOperator {
  readonly #operator = nkeys.createOperator();
  readonly #account = nkeys.createAccount();
  readonly #system = nkeys.createAccount();

  /** Lines of the configuration of a server that trusts it. */
  get config(): string {
    const operator = this.#operator;
    const accounts = [[this.#account, UNLIMITED], [this.#system, {}]] as const;
    const preload = accounts.map(([account, limits]) =>
      `${account.getPublicKey()}: ${
        signed(operator, account, { type: "account", limits: { ...NO_LIMITS, ...limits } })
      }`
    );
    return [
      `operator: ${signed(operator, operator, { type: "operator" })}`,
      `system_account: ${this.#system.getPublicKey()}`,
      "resolver: MEMORY",
      `resolver_preload: { ${preload.join("\n")} }`,
    ].join("\n");
  }

  /** What is in the file of credentials of a new user. */
  credentials({ publish, subscribe }: UserRights = {}): string {
    const user = nkeys.createUser();
    const token = signed(this.#account, user, {
      ...{ type: "user", subs: -1, data: -1, payload: -1 },
      ...(publish && { pub: { allow: publish } }),
      ...(subscribe && { sub: { allow: subscribe } }),
    });
    const seed = new TextDecoder().decode(user.getSeed());
    return `-----BEGIN NATS USER JWT-----\n${token}\n------END NATS USER JWT------\n\n` +
      `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
  }
}

const NO_LIMITS = {
  ...{ subs: -1, data: -1, payload: -1, imports: -1, exports: -1, conn: -1, leaf: -1 },
  wildcards: true,
};
const UNLIMITED = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** A token of NATS, version 2: a JWT signed by Ed25519, whose keys are nkeys. */
function signed(by: nkeys.KeyPair, about: nkeys.KeyPair, nats: object): string {
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    iss: by.getPublicKey(),
    sub: about.getPublicKey(),
    nats: { ...nats, version: 2 },
  };
  const jti = createHash("sha256").update(JSON.stringify(claims)).digest("hex").toUpperCase();
  const parts = [{ typ: "JWT", alg: "ed25519-nkey" }, { ...claims, jti }]
    .map((part) => UTF8.encode(JSON.stringify(part)).toBase64(BASE64URL));
  const text = parts.join(".");
  return `${text}.${by.sign(UTF8.encode(text)).toBase64(BASE64URL)}`;
}

const BASE64URL = { alphabet: "base64url", omitPadding: true } as const;
