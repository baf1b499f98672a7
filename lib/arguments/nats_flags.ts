import type { FlagTable } from "./flags.ts";

/** How to reach NATS. What is secret lies in files: a command line is there for all to see. */
export const NATS_ACCESS_FLAGS = {
  "nats-creds": {
    kind: "string",
    value: "FILE",
    help: "file of credentials with which to connect to NATS, as nsc writes it",
  },
  "nats-user": { kind: "string", value: "NAME", help: "the user as which to connect to NATS" },
  "nats-password": {
    kind: "string",
    value: "FILE",
    help: "with -nats-user: file whose first line is the password",
  },
  "nats-token": {
    kind: "string",
    value: "FILE",
    help: "file whose first line is the token with which to connect to NATS",
  },
  "nats-ca": {
    kind: "string",
    value: "FILE",
    help: "with tls://: file of the certificates, in PEM, that may have signed the server's",
    otherwise: "those of Deno",
  },
  "nats-cert": {
    kind: "string",
    value: "FILE",
    help: "with tls://: file of the certificate, in PEM, that this program shows",
  },
  "nats-key": { kind: "string", value: "FILE", help: "with -nats-cert: file of its key, in PEM" },
} as const satisfies FlagTable;

/** The same, for who makes streams. */
export const NATS_FLAGS = {
  ...NATS_ACCESS_FLAGS,
  "nats-replicas": {
    kind: "integer",
    default: 1,
    min: 1,
    max: 5,
    value: "N",
    help: "on how many servers of NATS each record is, in streams that are made; those that are " +
      "there stay as they are",
  },
} as const satisfies FlagTable;
