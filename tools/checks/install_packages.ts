/** Installs the programs and libraries that tests compare us with. */
import { INSTALLABLE, isMet } from "../../tests/needs.ts";

const APT = ["apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30"];
const INSTALL = ["install", "-y", "--no-install-recommends"];

/** Installs what is missing, or says what is and how to get it; its tests skip themselves then. */
export async function installPackages(): Promise<void> {
  const missing = INSTALLABLE.filter((need) => !isMet(need)).map(({ debian }) => debian!);
  if (missing.length === 0) return;
  const list = missing.join(" ");
  if (!await succeeds(["apt-get", "--version"])) {
    return console.log(`Missing, so that tests are skipped (by Debian's names): ${list}`);
  }
  if (Deno.uid() !== 0) {
    console.log("Missing, so that tests are skipped; as root install them with");
    return console.log(`  apt-get ${INSTALL.join(" ")} ${list}`);
  }
  console.log(`Installing with apt-get, some 2 minutes: ${list}`);
  await succeeds([...APT, "update"]);
  if (await succeeds([...APT, ...INSTALL, ...missing])) return;
  // One that is not to be had shall not keep the others away.
  for (const name of missing) {
    if (await succeeds([...APT, ...INSTALL, name])) continue;
    console.log(`Cannot install ${name} with apt-get: tests that need it are skipped`);
  }
}

async function succeeds([program, ...args]: readonly string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program!, {
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false; // there is no such program
  }
}
