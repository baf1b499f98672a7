import type { Log } from "../base/program/log_io.ts";
import { onHangup } from "../base/program/on_hangup_io.ts";
import { type MistakeOf, mistakesIn, shownValues } from "./answers.ts";
import type { FlagTable, FlagValues } from "./flags.ts";
import type { Given, Settings } from "./settings.ts";
import { readSettings } from "./settings_io.ts";

/** The settings that a program which runs holds to, and how they change. */
export class HeldSettings<Table extends FlagTable> {
  readonly #table: Table;
  readonly #commandLine: readonly Given[];
  readonly #mistakeOf: MistakeOf<Table>;
  readonly #takers: ((values: FlagValues<Table>) => void)[] = [];
  #values: FlagValues<Table>;
  #areReread = false;

  constructor(
    table: Table,
    commandLine: readonly Given[],
    settings: Settings<Table>,
    mistakeOf: MistakeOf<Table>,
  ) {
    this.#table = table;
    this.#commandLine = commandLine;
    this.#values = settings.values;
    this.#mistakeOf = mistakeOf;
  }

  /** Those that hold now. */
  get values(): FlagValues<Table> {
    return this.#values;
  }

  /** Gives `take` what holds whenever all has been read again, and at once where it has been by now. */
  onReread(take: (values: FlagValues<Table>) => void): void {
    this.#takers.push(take);
    if (this.#areReread) take(this.#values);
  }

  /**
   * Reads all again at each SIGHUP from now on, which ends the program no more.
   *
   * @param around Told to do so, and may do more before and afterwards.
   */
  rereadOnHangup(log: Log, around: (reread: () => Promise<void>) => Promise<void>): void {
    onHangup(() => around(() => this.reread(log)));
  }

  /**
   * Reads file and environment again; where something is wrong, what held before goes on to hold. Says
   * what has changed, and what does not hold before the next start, once all have taken it.
   */
  async reread(log: Log): Promise<void> {
    const settings = await readSettings(this.#table, this.#commandLine);
    const mistakes = await mistakesIn(settings, this.#mistakeOf);
    if (mistakes.length > 0) {
      this.#hold(this.#values);
      for (const each of mistakes) log.problem(each, `${each}; the settings stay as they were`);
      return;
    }
    const held: Record<string, unknown> = { ...this.#values };
    const changed: string[] = [];
    const later: [name: string, shown: string][] = [];
    for (const [name, flag] of Object.entries(this.#table)) {
      const [before, after] = [this.#values[name], settings.values[name]];
      if (String(before) === String(after)) continue;
      const shown = `${name} ${shownValues(flag, after).join(", ")}`;
      if (flag.reloadable) {
        held[name] = after;
        changed.push(shown);
      } else {
        later.push([name, shown]);
      }
    }
    this.#hold(held as FlagValues<Table>);
    if (changed.length > 0) log.line(`settings are now: ${changed.join("; ")}`);
    else log.line("read the settings again: nothing to change");
    for (const [name, shown] of later) {
      log.problem(`later ${name}`, `${shown} holds from the next start: it cannot change before`);
    }
  }
  #hold(values: FlagValues<Table>): void {
    this.#values = values;
    this.#areReread = true;
    for (const take of this.#takers) take(values);
  }
}
