/** Manual pages, in the macros of man(7), of the programs' tables of flags. */
import { type Flag, valueName } from "../../lib/arguments/flags.ts";
import { groupsOf, noteOf } from "../../lib/arguments/usage_text.ts";
import { VERSION } from "../../lib/base/version.ts";
import { PROGRAM_PAGES, type ProgramPage } from "./programs.ts";

const CHANGELOG = new URL("../../CHANGELOG.md", import.meta.url);
/** Date of the newest version. */
const [, RELEASED = ""] = /^## \S+ - (\S+)$/m.exec(Deno.readTextFileSync(CHANGELOG)) ?? [];

const VALUES =
  `A SIZE is a number of bytes; behind it K, M, G and KiB, MiB, GiB are of 1024, kB, MB, GB
of 1000. A RATE is a SIZE per second. A DURATION is written 100ms, 90s, 1m30s or 1d12h.`;

const CONFIGURATION =
  `Each flag that is no command is also a setting: a line in the file of -config, its
name without the dash and its value, and a variable, FARCAP_ and its name in capitals with _ for -.
A flag overrules the environment, that the file, and that the default.`;

const EXIT_CODES: Readonly<Record<string, string>> = {
  "0": "It ended in order.",
  "1": "It failed; one line says what was tried, what is the case, what is wanted.",
  "2": "Wrong usage; one line says what is wanted.",
};

/** The page of a program. */
export function manPage(
  { name, command, summary, table, positionals, code3 }: ProgramPage,
): string {
  const options = [...groupsOf(table)].flatMap(([heading, flags]) => [
    `.SS ${roff(heading)}`,
    ...flags.flatMap(([flag, entry]) => optionLines(flag, entry)),
  ]);
  const isConfigured = "config" in table;
  const codes = { ...EXIT_CODES, ...(code3 && { "3": code3 }) };
  const others = PROGRAM_PAGES.filter((page) => page.name !== name);
  return [
    '.\\" Made by deno task docs of the tables of flags.',
    `.TH ${
      name.toUpperCase().replaceAll("-", "\\-")
    } 1 ${RELEASED} "Farcap ${VERSION}" "User Commands"`,
    ".SH NAME",
    `${roff(name)} \\- ${roff(summary)}`,
    ".SH SYNOPSIS",
    `.B ${roff(command)}`,
    `.RI [ flags ]${positionals === undefined ? "" : ` [ ${roff(positionals)} ]`}`,
    ".SH DESCRIPTION",
    ...wrapped(
      `Flags are written \\fB\\-name\\fR \\fIvalue\\fR or \\fB\\-name=\\fIvalue\\fR, with one dash or two.`,
    ),
    ...paragraph(roff(VALUES)),
    ".SH OPTIONS",
    ...options,
    ...(isConfigured ? [".SH ENVIRONMENT AND FILES", ...wrapped(roff(CONFIGURATION))] : []),
    ...(isConfigured
      ? [
        ".SH SIGNALS",
        ...wrapped(roff(
          "SIGINT and SIGTERM end it in order. SIGHUP makes it read its settings again.",
        )),
      ]
      : []),
    ".SH EXIT STATUS",
    ...Object.entries(codes).flatMap(([code, text]) => [".TP", `.B ${code}`, roff(text)]),
    ".SH SEE ALSO",
    ...others.map((page, at) => `.BR ${roff(page.name)} (1)${at < others.length - 1 ? " ," : ""}`),
    "",
  ].join("\n");
}

function optionLines(name: string, flag: Flag): string[] {
  const value = valueName(flag);
  return [
    ".TP",
    `\\fB\\-${roff(name)}\\fR${value === "" ? "" : ` \\fI${roff(value)}\\fR`}`,
    ...wrapped(roff(flag.help + noteOf(flag))),
  ];
}

function paragraph(text: string): string[] {
  return [".PP", ...wrapped(text)];
}

/** Lines of a source that is not wide; none begins with what would be a request. */
function wrapped(text: string): string[] {
  return text.replaceAll(/\s+/g, " ").split(/(?<=[.;:]) /).map((line) =>
    /^[.']/.test(line) ? `\\&${line}` : line
  );
}

/** Text that means itself. */
function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq")
    .replaceAll("…", "...").replaceAll("µ", "\\(mc");
}
