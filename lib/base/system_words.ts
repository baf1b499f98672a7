/**
 * What the system or Deno refused, in words that fit the end of a line: theirs carry numbers, the
 * name of a system call and the path once more, and advise permissions that nobody should give.
 */

/** By the name of the error number. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: "the system does not permit it",
  EADDRINUSE: "another program uses that port",
  EADDRNOTAVAIL: "this machine has no such address",
  EAGAIN: "the system has no room for it just now",
  EAI_AGAIN: "no name server answers",
  EBUSY: "it is in use",
  ECONNREFUSED: "nothing listens at that port",
  EDQUOT: "this user's share of the disk is full",
  EEXIST: "it exists already",
  EFBIG: "the file system takes no file that long",
  EHOSTUNREACH: "no route leads to that host",
  EIO: "the device reports an error",
  EISDIR: "it is a folder",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open; wanted: a higher limit (ulimit -n)",
  EMSGSIZE: "it is too long for the network",
  ENAMETOOLONG: "its name is too long",
  ENETDOWN: "the network is down",
  ENETUNREACH: "no route leads to that network",
  ENFILE: "the system has too many files open",
  ENOBUFS: "the system has no room for it just now",
  ENODEV: "there is no such device",
  ENOENT: "it does not exist",
  ENOMEM: "the system has no memory left",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is no folder",
  ENOTFOUND: "its name has no address",
  ENXIO: "there is no such device",
  EPERM: "the system does not permit it",
  EROFS: "the file system is read-only",
  ETXTBSY: "it is in use",
};

/** Our words for an error of the system or of Deno; undefined for any other. */
export function systemWords(error: Error): string | undefined {
  if (error.name === "NotCapable") return permissionWords(error.message);
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && Object.hasOwn(WORDS, code)) return WORDS[code];
  // Of QUIC's own look-up, which has no code.
  if (error.message.startsWith("failed to lookup address")) return WORDS.ENOTFOUND;
  const [, text] = /^(.+?) \(os error \d+\)/.exec(error.message) ?? [];
  return text === undefined ? undefined : `the system says: ${text}`;
}

/** With what it is wanted for, as the flag takes it; of a file that is to replace another, its folder. */
function permissionWords(message: string): string {
  const [, target, permission = "all"] =
    /^Requires \w+ access(?: to "(.*?)")?, .*--allow-([a-z]+)/s.exec(message) ?? [];
  if (permission === "all") {
    return "Deno opens devices and pipes of the system for programs with all permissions only";
  }
  const named = target?.replace(/\/[^/]*\.new$/, "") ?? "";
  const isPlain = /^[^,\p{C}\s]+$/u.test(named);
  return `Deno does not permit it; wanted: --allow-${permission}${isPlain ? `=${named}` : ""}`;
}
