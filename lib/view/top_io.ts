import { Condition } from "../base/wait/condition_io.ts";
import type { FullScreen } from "../base/program/full_screen_io.ts";
import type { Metric } from "../base/count/metric.ts";
import type { Output } from "../base/program/output_io.ts";
import { frameLines } from "./frame.ts";
import { openKeyboard } from "./keyboard_io.ts";
import { keysOf } from "./keys.ts";
import { History, Samples } from "./samples.ts";
import { drawn, type ScreenSize } from "./screen.ts";
import type { View } from "./view_state.ts";
import type { TableState } from "./view_table.ts";

/** How often it reads what was counted. */
const READ_MS = 1000;
/** How far a page goes. */
const PAGE = 10;
/** Of a terminal that does not tell. */
const USUAL: ScreenSize = { columns: 80, rows: 24 };

/** A live view of a program on its terminal, which is given back when it ends. */
export class Top implements AsyncDisposable {
  readonly #screen: FullScreen;
  readonly #view: View;
  readonly #quit = new AbortController();
  readonly #keyboard: Disposable | undefined;
  readonly #history = new History();
  readonly #beganMs = performance.now();
  readonly #changed = new Condition();
  #table: TableState;
  #hasEnded = false;
  #running: Promise<void> | undefined;

  private constructor(screen: FullScreen, view: View) {
    this.#screen = screen;
    this.#view = view;
    this.#table = { sort: view.columns[0]!.key, skip: 0 };
    this.#keyboard = openKeyboard((text) => keysOf(text).forEach((key) => this.#press(key)));
    this.#draw();
  }

  /** Takes the terminal; undefined where there is none. */
  static open(output: Output, view: View): Top | undefined {
    const screen = output.fullScreen();
    return screen && new Top(screen, view);
  }

  /** Aborts when the user wants the program to end. */
  get quit(): AbortSignal {
    return this.#quit.signal;
  }

  /** Shows from now on what a registry tells. @param signal When it aborts, the view ends. */
  show<From>(
    metrics: readonly Metric<From>[],
    read: () => From | Promise<From>,
    signal: AbortSignal,
  ): void {
    signal.addEventListener("abort", () => this.#end());
    if (signal.aborted) this.#end();
    this.#running = this.#run(metrics, read);
  }

  /** Gives the terminal back; more than once, too. */
  async end(): Promise<void> {
    this.#end();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #run<From>(
    metrics: readonly Metric<From>[],
    read: () => From | Promise<From>,
  ): Promise<void> {
    let isReading = false;
    const take = async () => {
      isReading = true;
      const samples = Samples.of(metrics, await read(), performance.now());
      isReading = false;
      this.#view.take?.(samples);
      this.#history.add(samples);
      if (!this.#hasEnded) this.#draw();
    };
    while (!this.#hasEnded) {
      // Who counts may be slow to answer, or have ended.
      if (isReading) this.#draw();
      else void take();
      await this.#changed.wait(READ_MS);
    }
  }

  #press(key: string): void {
    const { sort, skip } = this.#table;
    const steps: Readonly<Record<string, number>> = {
      up: -1,
      k: -1,
      down: 1,
      j: 1,
      "page up": -PAGE,
      "page down": PAGE,
      " ": PAGE,
    };
    if (key === "q") this.#quit.abort();
    else if (this.#view.columns.some((column) => column.key === key)) {
      this.#table = { sort: key, skip: 0 };
    } else this.#table = { sort, skip: Math.max(0, skip + (steps[key] ?? 0)) };
    if (!this.#hasEnded) this.#draw();
  }

  #draw(): void {
    const size = sizeOfTerminal();
    const shown = {
      history: this.#history,
      runsMs: performance.now() - this.#beganMs,
      nowMs: Date.now(),
      progress: this.#screen.status,
    };
    const { said, hasColours } = this.#screen;
    const state = { table: this.#table, said, hasKeys: this.#keyboard !== undefined };
    this.#screen.show(drawn(frameLines(this.#view, shown, state, size), size, hasColours));
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#keyboard?.[Symbol.dispose]();
    this.#screen.leave();
    this.#changed.notify();
  }
}

function sizeOfTerminal(): ScreenSize {
  try {
    const size = Deno.consoleSize();
    return size.columns > 0 && size.rows > 0 ? size : USUAL;
  } catch {
    return USUAL;
  }
}
