import { assert, assertEquals } from "@std/assert";
import { ConfigError, messageOf } from "../../lib/base/errors.ts";
import { inFolder } from "../programs/program.ts";

/** As Deno says it. */
const FULL = Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });

/** The words for what an attempt throws. */
async function wordsFor(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    assert(error instanceof Error && messageOf(error) !== error.message, String(error));
    return messageOf(error);
  }
  throw new Error("the attempt should have failed");
}

Deno.test("what the system refuses is said in our words", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await Deno.symlink("circle", `${folder}/circle`);
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const address = socket.addr as Deno.NetAddr;
    const cases: readonly (readonly [string, () => unknown])[] = [
      ["it does not exist", () => Deno.readTextFile(`${folder}/other`)],
      ["it is a folder", () => Deno.readTextFile(folder)],
      ["a part of its path is no folder", () => Deno.writeTextFile(`${folder}/file/x`, "")],
      ["its name is too long", () => Deno.stat(`${folder}/${"x".repeat(300)}`)],
      ["its links lead in a circle", () => Deno.open(`${folder}/circle`)],
      ["it exists already", () => Deno.mkdir(folder)],
      [
        "another program uses that port",
        () => Deno.listenDatagram({ ...address, transport: "udp" }),
      ],
      ["another program uses that port", () => new Deno.QuicEndpoint(address)],
      ["it is too long for the network", () => socket.send(new Uint8Array(70_000), address)],
      ["the disk is full", () => Promise.reject(FULL)],
      ["the system says: Directory not empty", () => Deno.remove(folder)],
    ];
    for (const [words, attempt] of cases) assertEquals(await wordsFor(attempt), words);
    socket.close();
  }));

Deno.test("of a permission that Deno wants its flag is said and what for, and never all permissions", () => {
  const denied = (access: string, flag: string, target = "/dev/fd/0") =>
    messageOf(
      new Deno.errors.NotCapable(
        `Requires ${access} access to "${target}", run again with the --allow-${flag} flag`,
      ),
    );
  const wanted = "Deno does not permit it; wanted:";
  assertEquals(denied("net", "net", "[::1]:80"), `${wanted} --allow-net=[::1]:80`);
  assertEquals(denied("write", "write", "keys/a.key.new"), `${wanted} --allow-write=keys`);
  // A flag's values are separated by commas, and words by spaces.
  assertEquals(denied("read", "read", "a,b"), `${wanted} --allow-read`);
  assertEquals(denied("read", "read", "a b"), `${wanted} --allow-read`);
  assertEquals(
    messageOf(
      new Deno.errors.NotCapable("Requires ffi access, run again with the --allow-ffi flag"),
    ),
    `${wanted} --allow-ffi`,
  );
  assertEquals(
    denied("all", "all"),
    "Deno opens devices and pipes of the system for programs with all permissions only",
  );
});

Deno.test("our own words and those of others stay as they are", () => {
  assertEquals(messageOf(new ConfigError("usage", "Cannot do: it is x")), "Cannot do: it is x");
  assertEquals(messageOf(new Error("timed out")), "timed out");
  assertEquals(messageOf("thrown"), "thrown");
});
