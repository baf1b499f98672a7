/**
 * What tests need of the machine. `tools/checks/run_tests.ts` installs the packages; a test that lacks
 * something still is skipped, and its name says what it lacks.
 */

/** One thing that a machine may lack. */
export interface Need {
  /** As behind "needs …". */
  readonly what: string;
  /** The Debian package that brings it; none where it is not to be installed. */
  readonly debian?: string;
  /** Whether it is there; asked once. */
  readonly isMet: () => boolean;
}

/**
 * The name of a test and whether it is left out, for `Deno.test()`:
 *
 *     Deno.test(needs("Python reads it", PYTHON), async () => { … });
 */
export function needs(
  name: string,
  ...needed: readonly Need[]
): { readonly name: string; readonly ignore: boolean } {
  const missing = needed.filter((need) => !isMet(need)).map(({ what }) => what);
  const ignore = missing.length > 0;
  return { name: ignore ? `${name} [needs ${missing.join(", ")}]` : name, ignore };
}

/** Whether it is there. */
export function isMet(need: Need): boolean {
  const answer = answers.get(need) ?? need.isMet();
  answers.set(need, answer);
  return answer;
}

const answers = new Map<Need, boolean>();

const isLinux = () => Deno.build.os === "linux";
const isRoot = () => isLinux() && Deno.uid() === 0;

export const LINUX: Need = { what: "Linux", isMet: isLinux };
/** Links and pipes for everybody. */
export const UNIX: Need = { what: "a Unix", isMet: () => Deno.build.os !== "windows" };
export const ROOT: Need = { what: "root", isMet: isRoot };
export const BASH = program("bash");
/** Whether it can start here: as root, and where there are no user namespaces, without its sandbox. */
export const CHROMIUM: Need = {
  what: "Chromium that starts",
  debian: "chromium",
  isMet: () =>
    succeeds(
      ...["timeout", "60", "chromium", "--headless", "--no-sandbox", "--dump-dom"] as const,
      "data:text/html,<p>x",
    ),
};
export const CURL = program("curl");
export const GROFF = program("groff");
export const MANDOC = program("mandoc");
export const ZSH = program("zsh");
export const JQ = program("jq");
export const OPENSSL = program("openssl");
export const PROMETHEUS = program("prometheus");
export const PYTHON = program("python3");
export const PYNACL: Need = {
  what: "PyNaCl",
  debian: "python3-nacl",
  isMet: () => succeeds("/usr/bin/python3", "-c", "import nacl"),
};
/** The sources of the first release, 0.1.0. */
export const FIRST_RELEASE = "f68c137";
/** A shallow clone has them not. */
export const HISTORY: Need = {
  what: "git and this project's history",
  isMet: () =>
    isLinux() &&
    succeeds("git", "-C", import.meta.dirname!, "cat-file", "-e", `${FIRST_RELEASE}^{commit}`),
};
export const NFACCTD = program("nfacctd", "pmacct");
export const NFCAPD = program("nfcapd", "nfdump");
/** With JetStream; Debian's is 2.9, in a folder where a user's PATH may not look. */
export const NATS_SERVER: Need = {
  what: "nats-server",
  debian: "nats-server",
  isMet: () => natsServer() !== undefined,
};
/** One whose replicas keep what they acknowledge, built of its Go module the first time: 1 to 2 minutes. */
export const NATS_CLUSTER: Need = {
  what: "nats-server 2.10, which Go builds",
  isMet: () => isOnPath("go") && (isFile(NEWER_NATS_SERVER) || buildNatsServer()),
};
export const NEWER_NATS_SERVER = new URL("../.tools/nats/nats-server", import.meta.url).pathname;
export const PMACCTD = program("pmacctd", "pmacct");
export const PING = program("ping", "iputils-ping");
export const SETPRIV = program("setpriv", "util-linux");
export const STRACE = program("strace");
export const TCPDUMP = program("tcpdump");
export const TSHARK = program("tshark");
/** Later releases of Wireshark have it inside. */
export const MANUF_PATH = "/usr/share/wireshark/manuf";
export const MANUF: Need = {
  what: "Wireshark's file of vendors",
  isMet: () => succeeds("test", "-f", MANUF_PATH),
};
const VENV: Need = {
  what: "Python's venv",
  debian: "python3-venv",
  isMet: () => succeeds("python3", "-c", "import ensurepip, venv"),
};
const IP = program("ip", "iproute2");
const TCPREPLAY = program("tcpreplay");

export const LIBPCAP: Need = {
  what: "libpcap",
  debian: "libpcap0.8",
  isMet: () =>
    isLinux() && succeeds("sh", "-c", "PATH=$PATH:/sbin ldconfig -p | grep -q libpcap.so"),
};

/** Whether this process may make a disk of its own: root may, but for some containers. */
export const SMALL_DISK: Need = {
  what: "root that may mount",
  isMet: () => isRoot() && succeeds("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"),
};

/** Whether this process may make network namespaces. */
const NAMESPACES: Need = {
  what: "root that may make network namespaces",
  isMet: () => {
    if (!isRoot()) return false;
    const name = `farcap-${crypto.randomUUID().slice(0, 8)}`;
    const canRun = succeeds("ip", "netns", "add", name) &&
      succeeds("ip", "netns", "exec", name, "true");
    succeeds("ip", "netns", "delete", name);
    return canRun;
  },
};

/** What `capture/namespaces.ts` needs, and what captures there. */
export const SEGMENT: readonly Need[] = [IP, NAMESPACES, TCPREPLAY, TCPDUMP, LIBPCAP];

/** Interfaces, as `ip` and libpcap see them. */
export const INTERFACES: readonly Need[] = [LINUX, IP, LIBPCAP];

export const IPV6: Need = {
  what: "IPv6 on loopback",
  isMet: () => {
    try {
      Deno.listenDatagram({ transport: "udp", hostname: "::1", port: 0 }).close();
      return true;
    } catch {
      return false;
    }
  },
};

/** All that packages bring. */
export const INSTALLABLE: readonly Need[] = [
  ...[
    CHROMIUM,
    GROFF,
    IP,
    JQ,
    LIBPCAP,
    MANDOC,
    NFACCTD,
    NFCAPD,
    OPENSSL,
    NATS_SERVER,
    PING,
    PROMETHEUS,
    PYNACL,
    PYTHON,
    SETPRIV,
    STRACE,
    TCPDUMP,
    TCPREPLAY,
    TSHARK,
    VENV,
    ZSH,
  ],
];

/** A program, and the package that has it if that has another name. */
function program(name: string, debian: string = name): Need {
  return { what: name, debian, isMet: () => isOnPath(name) };
}

/** The program of that name. */
export function natsServer(): string | undefined {
  if (isOnPath("nats-server")) return "nats-server";
  const path = "/usr/sbin/nats-server";
  return isFile(path) ? path : undefined;
}

/** Whether there is a program of that name. */
export function isOnPath(name: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => isFile(`${folder}/${name}`));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function buildNatsServer(): boolean {
  return succeeds(
    "env",
    "GOBIN=" + NEWER_NATS_SERVER.replace(/\/[^/]*$/, ""),
    "GOFLAGS=-mod=mod",
    "go",
    "install",
    "github.com/nats-io/nats-server/v2@v2.10.22",
  );
}

function succeeds(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false; // there is no such program
  }
}
