import { MAX_DATAGRAM_BYTES } from "../base/max_datagram.ts";
import { MIN_SPOOL_BYTES, SENSOR_DEFAULTS } from "../base/sensor_defaults.ts";
import { COMMON_ACTS, CONFIG_FLAGS, LOG_FLAGS, WATCHING_FLAGS } from "./common_flags.ts";
import { grouped } from "./flags.ts";
import { MAX_WAIT_MS } from "./max_wait.ts";
import { REDACTION_FLAGS } from "./redaction_flags.ts";

/** The flags of the sensor. */
export const SENSOR_FLAGS = {
  ...grouped("Packets from files", {
    read: {
      kind: "strings",
      value: "FILE",
      help: "pcap or pcapng file to read, plain or gzipped, or a folder of such files; - is " +
        "standard input",
    },
    watch: {
      kind: "string",
      value: "FOLDER",
      help: "folder to read captures from when somebody has rotated them into it, each once",
    },
    "watch-state": {
      kind: "string",
      value: "FILE",
      otherwise: ".farcap-watched in the folder",
      help: "where -watch remembers what has been read",
    },
    "replay-speed": {
      kind: "number",
      default: SENSOR_DEFAULTS.replaySpeed,
      min: 0,
      max: 1_000_000,
      value: "FACTOR",
      help: "speed of reading files: 1 as captured, 10 ten times as fast, 0 as fast as possible",
    },
  }),
  ...grouped("Packets from interfaces", {
    iface: {
      kind: "strings",
      value: "NAME",
      help: "interface to capture from; any for all of them (Linux); needs libpcap",
    },
    interfaces: {
      kind: "boolean",
      default: false,
      environment: false,
      help: "list the interfaces with state and addresses, and exit",
    },
    bpf: {
      kind: "string",
      default: "",
      value: "FILTER",
      help: "take only packets that match, of interfaces and of files; see pcap-filter(7)",
    },
    snaplen: {
      kind: "size",
      default: 262_144,
      min: 64,
      max: 1 << 20,
      help: "what to capture of each packet at most",
    },
    promisc: {
      kind: "boolean",
      default: true,
      help: "promiscuous mode: capture packets for other hosts too",
    },
    buffer: {
      kind: "size",
      min: 0,
      max: 1 << 30,
      otherwise: "4M, and up to 64M as the traffic needs it",
      help: "size of the kernel's capture buffer; 0: the default of libpcap",
    },
    timeout: {
      kind: "duration",
      default: 100,
      min: 0,
      max: MAX_WAIT_MS,
      help: "how long the kernel may collect packets before it delivers them",
    },
    immediate: {
      kind: "boolean",
      default: false,
      help: "immediate mode: deliver every packet at once",
    },
    monitor: {
      kind: "boolean",
      default: false,
      help: "put 802.11 interfaces into monitor mode",
    },
  }),
  ...grouped("Records", {
    records: {
      kind: "string",
      default: "all",
      value: "WHICH",
      help:
        "all; packets: what decoders write, one record a header; flows: one record a conversation, " +
        "with DNS, DHCP and ARP; or names of record types, separated by commas",
    },
    include: {
      kind: "string",
      default: "",
      value: "NAMES",
      help: "of -records, write only these types, separated by commas",
    },
    exclude: {
      kind: "string",
      default: "",
      value: "NAMES",
      help: "of -records, do not write these types, separated by commas",
    },
    "decode-as": {
      kind: "strings",
      value: "RULE",
      help:
        "what numbers lead to, as Wireshark's -d: udp.port==8472,vxlan; A-B and A:N for several; " +
        "fields are udp.port, tcp.port, ethertype, ip.proto, ppp.protocol, llc.dsap",
    },
    decoders: {
      kind: "boolean",
      default: false,
      environment: false,
      help: "list the types of records and exit",
    },
    defrag: {
      kind: "boolean",
      default: SENSOR_DEFAULTS.defrag,
      help: "put fragments of IP together, within 4 MiB and 30 s, and decode what is in them",
    },
    payload: {
      kind: "boolean",
      default: false,
      help: "include payload bytes in TCP, UDP, USB, Modbus and CIP records",
    },
    context: {
      kind: "boolean",
      default: true,
      help:
        "include the packet's addresses and ports, within a tunnel those inside, in records of other layers",
    },
    entropy: {
      kind: "boolean",
      default: false,
      help: "include the entropy of payloads",
    },
    "tunnel-depth": {
      ...{ kind: "integer", min: 0, max: 64, value: "N" },
      default: SENSOR_DEFAULTS.records.tunnelDepth,
      help: "go into so many tunnels in one another; 0 for none",
    },
  }),
  ...REDACTION_FLAGS,
  ...grouped("Conversations", {
    conversations: {
      kind: "boolean",
      default: true,
      help: "follow conversations: write a Connection record when one ends",
    },
    "conn-timeout": {
      kind: "string",
      default: "tcp=5m,udp=1m,icmp=10s",
      value: "TIMES",
      help:
        "after how long without a packet a conversation has ended, by protocol, all others as udp, " +
        "or one time for all",
    },
    "conn-active": {
      kind: "duration",
      default: SENSOR_DEFAULTS.follow.activeSeconds * 1000,
      min: 1000,
      max: MAX_WAIT_MS,
      help: "how often a conversation that lasts has a record, of what came since the last one",
    },
    credentials: {
      kind: "boolean",
      default: false,
      help:
        "write who logs in where, in clear text, and whether a secret came along: never the secret",
    },
    profiles: {
      kind: "boolean",
      default: SENSOR_DEFAULTS.follow.hasProfiles,
      help: "write what each hardware address and each IP address has done so far, as often as " +
        "-conn-active says and at the end",
    },
    "follow-memory": {
      kind: "size",
      default: SENSOR_DEFAULTS.follow.maxBytes,
      min: 1 << 16,
      max: 1 << 30,
      help:
        "memory for conversations; when it is full, the one that has been idle longest is written " +
        "and forgotten, and counted",
    },
  }),
  ...grouped("Sending", {
    addr: {
      kind: "string",
      default: "127.0.0.1:1335",
      value: "HOST:PORT,…",
      help:
        "the collector: a name, which is looked up again every minute, IPv4 or [IPv6]; several " +
        "with commas between them when any of these may serve: one is tried when another fails",
    },
    pubkey: {
      kind: "string",
      value: "FILE|HEX",
      help: "the collector's public key: a file or 64 hex digits; required",
    },
    transport: {
      kind: "choice",
      choices: ["session", "box"],
      default: SENSOR_DEFAULTS.transport,
      help: "session: acknowledged, stored exactly once, at the port after that of -addr; " +
        "box: Netcap's datagrams, not acknowledged",
    },
    encoding: {
      kind: "choice",
      choices: ["auto", "records", "compact"],
      default: SENSOR_DEFAULTS.encoding,
      help:
        "session: auto sends most packets' headers in columns, a quarter of the bytes, where the " +
        "collector takes that; compact says so where it does not; records sends each record",
    },
    threads: {
      ...{ kind: "integer", min: 1, max: 2, value: "N" },
      help: "1 takes 16 MiB less, 2 keep up with more packets (default 1 with -iface, else 2)",
    },
    queue: {
      kind: "size",
      default: SENSOR_DEFAULTS.maxQueueBytes,
      min: 1 << 20,
      max: 1 << 30,
      help:
        "memory for batches that the collector has not stored yet, compressed, with -iface at " +
        "least 8 times -max; when it is full, reading a file waits, and a live capture drops and " +
        "counts records of the most common types",
    },
    spool: {
      kind: "string",
      value: "FOLDER",
      help:
        "session: where batches go, sealed for the collector, that wait for it longer than some " +
        "seconds, have no room in -queue, or are left at the end: the next start sends them",
    },
    "spool-after": {
      kind: "duration",
      default: SENSOR_DEFAULTS.spoolAfterMs,
      min: 0,
      max: MAX_WAIT_MS,
      help:
        "how long nothing is acknowledged until batches go into -spool; 0: all go through it, " +
        "so that none is lost with a sensor that is killed",
    },
    "spool-bytes": {
      kind: "size",
      default: SENSOR_DEFAULTS.maxSpoolBytes,
      min: MIN_SPOOL_BYTES,
      max: 2 ** 40,
      help: "size limit of -spool; when it is full, it is as with -queue",
    },
    max: {
      kind: "size",
      min: 1,
      max: 1 << 20,
      otherwise: `${SENSOR_DEFAULTS.maxBatchBytes.session >> 10}K, without headers ` +
        `${SENSOR_DEFAULTS.maxBatchBytesWithoutHeaders >> 10}K, with box ` +
        `${SENSOR_DEFAULTS.maxBatchBytes.box >> 10}K`,
      help: "size limit of a batch, before compression",
    },
    "flush-interval": {
      kind: "duration",
      default: SENSOR_DEFAULTS.flushIntervalMs,
      min: 0,
      max: MAX_WAIT_MS,
      help: "send a batch when its oldest record is this old",
    },
    linger: {
      kind: "duration",
      default: SENSOR_DEFAULTS.lingerMs,
      min: 0,
      max: MAX_WAIT_MS,
      help: "session: how long to wait for acknowledgements at the end",
    },
    uplink: {
      kind: "rate",
      reloadable: true,
      default: 0,
      min: 0,
      max: 10_000_000_000,
      help:
        "session: what to send at most, headers, handshakes and acknowledgements counted, what " +
        "the network loses not, at least 2K; 0: no limit",
    },
    rate: {
      kind: "rate",
      reloadable: true,
      default: SENSOR_DEFAULTS.rate,
      min: 0,
      max: 10_000_000_000,
      help: "box: what to send at most, 512 bytes more counted for each datagram; 0: no limit",
    },
    "max-datagram": {
      kind: "size",
      default: SENSOR_DEFAULTS.maxDatagramBytes,
      min: 512,
      max: MAX_DATAGRAM_BYTES,
      help: "box: size limit of a datagram; a batch that does not fit is split, and IP fragments " +
        "what is longer than about 1,400 bytes",
    },
  }),
  ...grouped("Name and keys", {
    client: {
      kind: "string",
      value: "NAME",
      help:
        "name of this sensor at the collector (default: the host name if it may be read, else " +
        "the first 8 hex digits of its key)",
    },
    privkey: {
      kind: "string",
      value: "FILE|HEX",
      secret: true,
      otherwise: "a new one at each start",
      help: "this sensor's permanent private key, see -gen-identity",
    },
    "renew-pubkey": {
      kind: "boolean",
      default: false,
      help: "session: write the collector's next key into the file of -pubkey when it tells one; " +
        "else that is said, and holds until the sensor ends",
    },
    "gen-identity": {
      kind: "boolean",
      default: false,
      environment: false,
      help:
        "write a new key pair, sensor.key and sensor.pub, with -client NAME.key and NAME.pub, " +
        "print the line for the collector's -sensors, and exit",
    },
    "gen-anonymize-key": {
      kind: "boolean",
      default: false,
      environment: false,
      help: "write a new key for -anonymize, anonymize.key, and exit",
    },
    enroll: {
      kind: "string",
      value: "TOKEN",
      environment: false,
      secret: true,
      help: "make keys and have them enrolled by the token of the collector's -enroll, write " +
        "sensor.key, sensor.pub and collector.pub, and exit; - reads the token from standard input",
    },
    "rotate-identity": {
      kind: "boolean",
      default: false,
      environment: false,
      help: "change the key in the file of -privkey, have the collector take the new one in its " +
        "place, and exit; a sensor that runs with it goes on with the new one",
    },
    out: {
      kind: "string",
      value: "FOLDER",
      environment: false,
      otherwise: "the current folder",
      help: "with -gen-identity, -gen-anonymize-key and -enroll: where to write the keys",
    },
    force: {
      kind: "boolean",
      default: false,
      environment: false,
      help: "with -gen-identity, -gen-anonymize-key and -enroll: replace existing keys",
    },
  }),
  ...CONFIG_FLAGS,
  ...grouped("Watching", WATCHING_FLAGS),
  ...grouped("Log", {
    ...LOG_FLAGS,
    verbose: {
      kind: "boolean",
      default: false,
      reloadable: true,
      help:
        "as -log-level debug: print a line for every batch and datagram, and all counts every 10 s",
    },
  }),
  ...grouped("Other", {
    "fail-fast": {
      kind: "boolean",
      default: false,
      help: "end with code 1 when an interface is missing or down, or the collector cannot be " +
        "reached, at the start; else they are waited for",
    },
    ...COMMON_ACTS,
  }),
};
