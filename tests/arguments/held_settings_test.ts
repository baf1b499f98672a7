import { assertEquals } from "@std/assert";
import { grouped } from "../../lib/arguments/flags.ts";
import { HeldSettings } from "../../lib/arguments/held_settings_io.ts";
import { readSettings } from "../../lib/arguments/settings_io.ts";
import { inFolder } from "../programs/program.ts";
import { Said } from "../said.ts";

const TABLE = grouped("All", {
  config: { kind: "string", value: "FILE", help: "this" },
  rate: { kind: "rate", default: 1, min: 0, max: 100, reloadable: true, help: "how fast" },
  addr: { kind: "string", default: ":1335", value: "HOST:PORT", help: "where" },
});

Deno.test("whoever comes later takes what was read again before, and all take what comes then", () =>
  inFolder(async (folder) => {
    const config = `${folder}/a.conf`;
    const write = (text: string) => Deno.writeTextFile(config, text);
    await write("rate 2\n");
    const given = [{ name: "config", texts: [config], from: "flag" }] as const;
    const settings = await readSettings(TABLE, given);
    const held = new HeldSettings(TABLE, given, settings, () => undefined);
    const taken: [who: string, rate: number, addr: string][] = [];
    const takeAs = (who: string) =>
      held.onReread(({ rate, addr }) => taken.push([who, rate, addr]));
    const log = new Said();

    takeAs("early");
    assertEquals(taken, []);
    await write("rate 3\naddr :9\n");
    await held.reread(log);
    assertEquals(taken.splice(0), [["early", 3, ":1335"]]);
    takeAs("late");
    assertEquals(taken.splice(0), [["late", 3, ":1335"]]);
    await write("rate 101\n");
    await held.reread(log);
    assertEquals(taken.splice(0), [["early", 3, ":1335"], ["late", 3, ":1335"]]);
    await write("rate 4\n");
    await held.reread(log);
    assertEquals(taken.splice(0), [["early", 4, ":1335"], ["late", 4, ":1335"]]);
    assertEquals(log.lines, ["settings are now: rate 3B/s", "settings are now: rate 4B/s"]);
    assertEquals(log.problems.map(([reason]) => reason), [
      "later addr",
      `${config}:1: Wrong value "101" of -rate: wanted bytes per second from 0 to 100B/s, ` +
      "as in 10M or 10MiB/s (of 1024), 10MB/s (of 1000)",
    ]);
  }));
