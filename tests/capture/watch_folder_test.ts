/** Captures that come into a folder, by hand and from tcpdump's own rotation. */
import { gzipSync } from "node:zlib";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CaptureError } from "../../lib/base/errors.ts";
import { createCaptureCounts } from "../../lib/capture/capture_counts.ts";
import { watchFolder } from "../../lib/capture/watch_folder_io.ts";
import { needs, SEGMENT } from "../needs.ts";
import { inFolder, Program } from "../programs/program.ts";
import { until } from "../until.ts";
import { captureOf } from "./capture_of.ts";
import { PacketCollector } from "./collect_packets.ts";
import { countPackets, OFFICE } from "./live_programs.ts";
import { onSegment, replay } from "./namespaces.ts";

/** One run of the watching; `numbers` are the packets' first bytes. */
class Watch implements AsyncDisposable {
  readonly said: string[] = [];
  readonly counts = createCaptureCounts();
  readBytes = 0;
  readonly #collector = new PacketCollector();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  /** @param afterChunk Called after each chunk of a capture. */
  constructor(
    folder: string,
    stateFile = `${folder}/.farcap-watched`,
    afterChunk = (_watch: Watch) => {},
  ) {
    this.#running = watchFolder({ folder, stateFile }, this.#collector, {
      afterChunk: () => Promise.resolve(afterChunk(this)),
      counts: this.counts,
      handOver: () => Promise.resolve(),
      onProblem: () => {},
      onRead: (bytes) => this.readBytes += bytes,
      replaySpeed: 0,
      say: (line) => this.said.push(line),
      signal: this.#stop.signal,
    });
  }

  /** Ends it without waiting. */
  stop(): void {
    this.#stop.abort();
  }

  get numbers(): number[] {
    return this.#collector.packets.map(({ data }) => parseInt(data.slice(0, 2), 16));
  }

  async reads(numbers: readonly number[]): Promise<void> {
    const isRead = () => this.numbers.length >= numbers.length;
    await until(`${numbers} are read`, isRead, 30_000);
    assertEquals(this.numbers, numbers);
  }

  async says(line: RegExp): Promise<void> {
    await until(`${line} is said`, () => this.said.some((each) => line.test(each)), 30_000);
  }

  async end(): Promise<void> {
    this.stop();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end().catch(() => {});
  }
}

const capture = (second: number, ...numbers: number[]) =>
  captureOf(numbers.map((number) => Uint8Array.of(number, 1, 2, 3)), second);

Deno.test("each file is read once, in the order of first packets, also after a restart", () =>
  inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/cap2`, capture(10, 1, 2));
    await Deno.writeFile(`${folder}/cap10`, capture(20, 3));
    await Deno.writeTextFile(`${folder}/notes.txt`, "GET / HTTP/1.1");
    {
      await using watch = new Watch(folder);
      await watch.reads([1, 2, 3]);
      await watch.says(
        /notes\.txt": it is neither pcap nor pcapng: .*; it is read on when it changes$/,
      );
      await Deno.writeFile(`${folder}/cap11`, capture(30, 4));
      await watch.reads([1, 2, 3, 4]);
      await watch.says(/^read "cap11": 1 packets$/);
      await watch.end();
      assertEquals(watch.counts.delivered, 4);
    }
    await using again = new Watch(folder);
    await Deno.writeFile(`${folder}/cap12`, capture(40, 5));
    await again.reads([5]);
    await again.end();
    assertEquals(again.said.filter((line) => line.startsWith("read ")), [
      'read "cap12": 1 packets',
    ]);
  }));

Deno.test("who asks is told how many bytes of the files were read", () =>
  inFolder(async (folder) => {
    const captures = [capture(10, 1, 2), capture(20, 3)];
    for (const [n, bytes] of captures.entries()) await Deno.writeFile(`${folder}/cap${n}`, bytes);
    await using watch = new Watch(folder);
    await watch.reads([1, 2, 3]);
    await watch.says(/^read "cap1"/);
    assertEquals(watch.readBytes, captures.reduce((sum, { length }) => sum + length, 0));
  }));

Deno.test("a file that grows is read on from where reading ended, also behind a cut packet", () =>
  inFolder(async (folder) => {
    const whole = capture(10, 1, 2, 3);
    const file = `${folder}/cap`;
    await Deno.writeFile(file, whole.subarray(0, 24 + 20 + 20 + 7));
    {
      await using watch = new Watch(folder);
      await watch.reads([1, 2]);
      await watch.says(
        /^Cannot read capture file ".*cap": it is cut .*; it is read on when it changes$/,
      );
    }
    await Deno.writeFile(file, whole);
    await using watch = new Watch(folder);
    await watch.reads([3]);
    await watch.says(/^read "cap": 1 more packets$/);
    assertEquals(watch.counts.delivered, 1);
  }));

Deno.test("a run that is told to end within a file leaves the rest of it to the next one", () =>
  inFolder(async (folder) => {
    // Several chunks of 256 KiB.
    const numbers = Array.from({ length: 1000 }, (_, nth) => nth % 256);
    const frames = numbers.map((number) => new Uint8Array(1000).fill(number));
    await Deno.writeFile(`${folder}/long`, captureOf(frames));
    const first = new Watch(folder, undefined, (watch) => watch.stop());
    await until("the first chunk is read", () => first.numbers.length > 0);
    await first.end();
    assert(first.numbers.length < numbers.length / 2, `${first.numbers.length}`);
    await using second = new Watch(folder);
    await second.reads(numbers.slice(first.numbers.length));
    assertEquals(first.counts.delivered + second.counts.delivered, numbers.length);
  }));

Deno.test("a name that comes again with another capture is read, a captured file that was compressed is not", () =>
  inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/ring0`, capture(10, 1, 2));
    await using watch = new Watch(folder);
    await watch.reads([1, 2]);
    // tcpdump -z gzip
    await Deno.writeFile(`${folder}/ring0.gz`, gzipSync(capture(10, 1, 2)));
    await Deno.remove(`${folder}/ring0`);
    await watch.says(/^read "ring0\.gz": 0 more packets$/);
    // tcpdump -W 1: the same name, as long as before
    await Deno.writeFile(`${folder}/ring0`, capture(11, 3, 4));
    await watch.reads([1, 2, 3, 4]);
    // Another name is another file.
    await Deno.writeFile(`${folder}/copy`, capture(11, 3, 4));
    await watch.reads([1, 2, 3, 4, 3, 4]);
  }));

Deno.test({
  ...needs("what tcpdump rotates each second is read whole, each packet once", ...SEGMENT),
  fn: () =>
    onSegment((near, far) =>
      inFolder(async (folder) => {
        await using tcpdump = new Program("tcpdump", [
          ...["netns", "exec", far.namespace, "tcpdump", "-i", far.iface, "-Z", "root"],
          ...["-G", "1", "-w", `${folder}/cap-%s.pcap`],
        ], { executable: "ip" });
        await tcpdump.errorLine(/^tcpdump: listening on/);
        await using watch = new Watch(folder);
        const packets = await countPackets(OFFICE);
        await replay(near, OFFICE, `--pps=${Math.ceil(packets / 4)}`);
        // What the kernel still holds for it then is in no file.
        await tcpdump.stop();
        const files = (await Array.fromAsync(Deno.readDir(folder))).filter(({ name }) =>
          name.startsWith("cap-")
        );
        const counts = files.map(({ name }) => countPackets(`${folder}/${name}`));
        const written = (await Promise.all(counts)).reduce((sum, count) => sum + count);
        assert(files.length > 3 && written > packets / 2, `${written} in ${files.length}`);
        await until("all are read", () => watch.counts.delivered >= written, 60_000);
        await watch.end();
        assertEquals(watch.counts.delivered, written);
      })
    ),
});

Deno.test("what cannot be remembered or read is one error", () =>
  inFolder(async (folder) => {
    const reason = async (at: string, state: string) => {
      const watch = new Watch(at, state);
      return (await assertRejects(() => watch.end(), CaptureError)).message;
    };
    assertMatch(
      await reason(folder, `${folder}/none/state`),
      /^Cannot remember in ".*\/none\/state" what was read: it does not exist$/,
    );
    assertMatch(
      await reason(`${folder}/none`, `${folder}/s`),
      /^Cannot read folder ".*": it does not exist$/,
    );
    await Deno.writeTextFile(`${folder}/state`, "a = 1\n");
    assertMatch(
      await reason(folder, `${folder}/state`),
      /^Cannot read ".*\/state": it does not say what was read of a folder; wanted: another -watch-state/,
    );
    assertEquals(await Deno.readTextFile(`${folder}/state`), "a = 1\n");
  }));
