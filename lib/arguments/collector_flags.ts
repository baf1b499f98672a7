import { MAX_FILE_BYTES } from "../base/max_file.ts";
import { COMMON_ACTS, CONFIG_FLAGS, LOG_FLAGS, WATCHING_FLAGS } from "./common_flags.ts";
import { grouped } from "./flags.ts";
import { NATS_FLAGS } from "./nats_flags.ts";

/** Where the record files go unless something else is said. */
export const DEFAULT_OUT = "records";

const MAX_DAYS = 36_500;

/** The flags of the collector; with `-dump` it takes others. */
export const COLLECTOR_FLAGS = {
  ...grouped("Receiving", {
    addr: {
      kind: "string",
      default: "127.0.0.1:1335",
      value: "HOST:PORT",
      help: "where to listen: :PORT on all IPv4 addresses, [::]:PORT on all; port 0 takes a free " +
        "port, with the next one free too",
    },
    privkey: {
      kind: "string",
      value: "FILE|HEX",
      secret: true,
      help: "the collector's private key: a file or 64 hex digits; required",
    },
    sensors: {
      kind: "string",
      value: "FILE",
      help: "file of the sensors that may send, a line each: KEY NAME, then box if it may send " +
        "datagrams, types=TCP,UDP, max-rate=100K; read again when it changes",
      otherwise: "any sensor, under any name",
    },
    session: {
      kind: "boolean",
      default: true,
      help: "serve sessions, at the port after that of -addr",
    },
    box: { kind: "boolean", default: true, help: "accept Netcap's datagrams" },
  }),
  ...grouped("Store", {
    store: {
      kind: "string",
      default: "files",
      value: "files|URL",
      help: "where records go, and it stands who was enrolled or revoked: files below -out, or " +
        "nats://HOST:PORT[,HOST:PORT…] or tls://…, streams of NATS JetStream that any number of " +
        "collectors share",
    },
    from: {
      kind: "string",
      value: "URL",
      help: "write record files below -out of what collectors have put into streams of NATS, in " +
        "place of receiving: nats://HOST:PORT or tls://…",
      otherwise: "receive",
    },
    partitions: {
      kind: "string",
      default: "0-63",
      value: "N-N,…",
      help:
        "with -from: which of the 64 partitions, by name of the sensor; each goes to one folder",
    },
    ...NATS_FLAGS,
  }),
  ...grouped("Record files", {
    out: {
      kind: "string",
      otherwise: DEFAULT_OUT,
      value: "FOLDER",
      help: "folder for <client>/<Type>.ncap.gz; one collector per folder",
    },
    "rotate-size": {
      kind: "size",
      reloadable: true,
      default: MAX_FILE_BYTES,
      min: 65_536,
      max: MAX_FILE_BYTES,
      help: "begin a new record file before one grows beyond this; a single batch may be larger",
    },
    "rotate-age": {
      kind: "duration",
      reloadable: true,
      default: 0,
      min: 0,
      max: MAX_DAYS * 86_400_000,
      help: "begin a new record file when something comes for one that is this old; 0: never",
    },
    "keep-days": {
      kind: "days",
      reloadable: true,
      min: 1,
      max: MAX_DAYS,
      otherwise: "never",
      help: "delete record files this long after their rotation",
    },
    "keep-bytes": {
      kind: "size",
      reloadable: true,
      min: 1,
      max: 2 ** 50,
      otherwise: "never",
      help: "delete a client's oldest rotated files when its files take more",
    },
    "keep-ledger-days": {
      kind: "days",
      reloadable: true,
      default: 400,
      min: 1,
      max: MAX_DAYS,
      help:
        "delete files of the ledger this long after their rotation, where others are deleted; " +
        "never sooner than with -keep-days",
    },
  }),
  ...grouped("Enrolment", {
    enroll: {
      kind: "string",
      environment: false,
      value: "NAME",
      help: "print a token with which one sensor may enrol as NAME, at -addr, and exit; options " +
        "of a line of -sensors may stand behind it: 'plant-7 max-rate=100K'",
    },
    expires: {
      kind: "duration",
      environment: false,
      default: 3_600_000,
      min: 1000,
      max: 365 * 86_400_000,
      help: "with -enroll: for how long the token is good",
    },
    revoke: {
      kind: "string",
      environment: false,
      value: "NAME",
      help: "let no key of NAME send any more, whoever let it, and exit",
    },
    enrolled: {
      kind: "boolean",
      default: false,
      environment: false,
      help: "list who was enrolled, has not come yet, or was revoked, and exit",
    },
  }),
  ...grouped("Keys", {
    "gen-keypair": {
      kind: "boolean",
      default: false,
      environment: false,
      help:
        "write a new key pair, pub.key and priv.key, into the current folder, or that of -out, " +
        "and exit",
    },
    "rotate-key": {
      kind: "boolean",
      default: false,
      environment: false,
      help: "put another key into the file of -privkey, and into pub.key beside it, and exit; a " +
        "collector that runs takes both, and tells sensors of the new one",
    },
    "key-overlap": {
      kind: "duration",
      environment: false,
      default: 7 * 86_400_000,
      min: 0,
      max: MAX_DAYS * 86_400_000,
      help: "with -rotate-key: for how long the old key is taken",
    },
    "spool-key-days": {
      kind: "days",
      default: 90,
      min: 1,
      max: MAX_DAYS,
      help: "how long a key that is not taken any more opens what sensors have spooled for it",
    },
    force: {
      kind: "boolean",
      default: false,
      environment: false,
      help: "with -gen-keypair: replace existing keys",
    },
  }),
  ...grouped("Alarms", {
    "silent-after": {
      kind: "duration",
      default: 60_000,
      min: 1000,
      max: MAX_DAYS * 86_400_000,
      help: "name a sensor that has gone without ending its session when it is not back by then",
    },
    "max-key-age": {
      kind: "days",
      min: 1,
      max: MAX_DAYS,
      otherwise: "never",
      help: "name sensors whose keys have been in use for longer",
    },
  }),
  ...grouped("Reading records", {
    dump: {
      kind: "boolean",
      default: false,
      environment: false,
      help: "print records and exit; takes flags of its own, which -dump -help lists",
    },
    ledger: {
      kind: "boolean",
      default: false,
      environment: false,
      help: "print what was seen, stored and lost, and exit; takes flags of its own, which " +
        "-ledger -help lists",
    },
    export: {
      kind: "string",
      environment: false,
      value: "FORMAT",
      help: "write records as others read them, and exit; takes flags of its own, which " +
        "-export -help lists",
    },
  }),
  ...CONFIG_FLAGS,
  ...grouped("Watching", {
    ...WATCHING_FLAGS,
    "metrics-clients": {
      kind: "integer",
      default: 1000,
      min: 0,
      max: 100_000,
      value: "N",
      help: "with -metrics: how many sensors are told by name, the first that come; all others " +
        "together are told as other",
    },
  }),
  ...grouped("Page", {
    www: {
      kind: "string",
      value: "ADDR",
      otherwise: "not at all",
      help: "where browsers find a page that shows sensors, what was lost, and records: PORT or " +
        ":PORT on 127.0.0.1, HOST:PORT",
    },
    "www-token-file": {
      kind: "string",
      value: "FILE",
      otherwise: ".www-token in the folder of -out",
      help: "file with the token that the page asks for; made where there is none",
    },
    "www-cert": {
      kind: "string",
      value: "FILE",
      otherwise: "no TLS",
      help: "certificate of the page, and those behind it, as PEM; read again at SIGHUP",
    },
    "www-key": {
      kind: "string",
      value: "FILE",
      otherwise: "no TLS",
      help: "private key of that certificate, as PEM; read again with it",
    },
    "www-host": {
      kind: "string",
      default: "",
      value: "NAMES",
      help: "names by which browsers reach the page, separated by commas, besides addresses and " +
        "localhost",
    },
    "www-proxy": {
      kind: "boolean",
      default: false,
      help: "a proxy in front of the page speaks TLS with browsers",
    },
  }),
  ...grouped("Log", {
    ...LOG_FLAGS,
    verbose: {
      kind: "boolean",
      default: false,
      reloadable: true,
      help:
        "as -log-level debug: print a line for every datagram and batch, and counts that change every 10 s",
    },
  }),
  ...grouped("Other", {
    ...COMMON_ACTS,
  }),
};
