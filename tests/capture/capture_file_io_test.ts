import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { CaptureError } from "../../lib/base/errors.ts";
import { readCapture } from "../../lib/capture/capture_file_io.ts";
import { hex, PacketCollector } from "./collect_packets.ts";

const HEADER = hex("a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001");
const PACKET = hex("6553f100 0001e240 00000005 0000003c 0102030405");
const PACKET_DATA = "0102030405";

Deno.test("readCapture reads a plain file and a gzip file", async () => {
  await withFolder(async (folder) => {
    const capture = concat([HEADER, PACKET, PACKET]);
    for (const bytes of [capture, gzipSync(capture)]) {
      const { data, error } = await read(await write(folder, bytes));
      assertEquals(error, undefined);
      assertEquals(data, [PACKET_DATA, PACKET_DATA]);
    }
  });
});

Deno.test("readCapture reads several gzip members as one capture", async () => {
  await withFolder(async (folder) => {
    const capture = concat([HEADER, PACKET, PACKET, PACKET]);
    const members = [
      capture.slice(0, 30),
      capture.slice(30, 31),
      new Uint8Array(),
      capture.slice(31),
    ];
    const path = await write(folder, concat(members.map((member) => gzipSync(member))));
    const { data, error } = await read(path);
    assertEquals(error, undefined);
    assertEquals(data, [PACKET_DATA, PACKET_DATA, PACKET_DATA]);
  });
});

Deno.test("readCapture awaits afterChunk after each chunk of at most 256 KiB", async () => {
  await withFolder(async (folder) => {
    const packets = 100_000;
    const capture = concat([HEADER, ...new Array<Uint8Array>(packets).fill(PACKET)]);
    for (const bytes of [capture, gzipSync(capture)]) {
      let delivered = 0;
      let mostBetween = 0;
      let calls = 0;
      let isWaiting = false;
      const handler = {
        packet() {
          assert(!isWaiting, "a packet came before afterChunk was done");
          delivered++;
        },
      };
      let before = 0;
      await readCapture(await write(folder, bytes), handler, {
        async afterChunk() {
          calls++;
          mostBetween = Math.max(mostBetween, delivered - before);
          before = delivered;
          isWaiting = true;
          await new Promise((resolve) => setTimeout(resolve, 0));
          isWaiting = false;
        },
      });
      assertEquals(delivered, packets);
      assert(calls >= capture.length / 262_144, `${calls} calls`);
      assert(mostBetween <= 262_144 / PACKET.length + 1, `${mostBetween} packets at once`);
    }
  });
});

Deno.test("readCapture adds up what several captures hold", async () => {
  await withFolder(async (folder) => {
    const counts = { delivered: 0, refused: 0, clampedTimes: 0, filtered: 0 };
    const path = await write(folder, concat([HEADER, PACKET, PACKET]));
    await readCapture(path, new PacketCollector(), { counts });
    await readCapture(path, new PacketCollector(), { counts });
    assertEquals(counts, { delivered: 4, refused: 0, clampedTimes: 0, filtered: 0 });
  });
});

Deno.test("readCapture: what is broken is an error after the packets before it", async () => {
  await withFolder(async (folder) => {
    const capture = concat([HEADER, PACKET, PACKET]);
    const noise = new Uint8Array(1000).map((_, at) => at * at >> 3); // does not pack well
    const refused = HEADER.with(23, 147);
    const cases: [bytes: Uint8Array, packets: number, code: string, message: RegExp][] = [
      [capture.slice(0, -1), 1, "broken", /^Cannot read capture file ".*": it is cut at byte 65: /],
      [gzipSync(capture.slice(0, -1)), 1, "broken", /": it is cut at byte 65: at least 1 more/],
      [
        gzipSync(capture).slice(0, -1),
        2,
        "broken",
        /": its gzip data are broken: unexpected end of file$/,
      ],
      [new Uint8Array(), 0, "not-a-capture", /": it is neither pcap nor pcapng: it is empty$/],
      [hex("1f"), 0, "not-a-capture", /": it .*: it begins with the bytes 1f$/],
      [hex("1f8b"), 0, "broken", /": its gzip data are broken: unexpected end of file$/],
      [gzipSync(noise), 0, "not-a-capture", /": it .*: it begins with the bytes 00000001$/],
      [refused, 0, "link-type", /": link type 147 \(USER0\) is not supported; supported are /],
    ];
    for (const [bytes, packets, code, message] of cases) {
      const { data, error } = await read(await write(folder, bytes));
      assertEquals(data, new Array(packets).fill(PACKET_DATA), String(message));
      assertEquals(error?.code, code, String(message));
      assert(message.test(error?.message ?? ""), `${error?.message} is not ${message}`);
    }
  });
});

Deno.test("readCapture loses at most 64 KiB of packets before damaged gzip data", async () => {
  await withFolder(async (folder) => {
    const capture = concat([HEADER, ...new Array<Uint8Array>(10_000).fill(PACKET)]);
    const least = 10_000 - 65_536 / PACKET.length;
    const damaged = gzipSync(capture);
    damaged[damaged.length - 8]! ^= 1; // check sum
    const followed = concat([gzipSync(capture), new TextEncoder().encode("no gzip")]);
    const cases = [[damaged, "incorrect data check"], [
      followed,
      "incorrect header check",
    ]] as const;
    for (const [bytes, reason] of cases) {
      const { data, error } = await read(await write(folder, bytes));
      assert(data.length >= least && data.length <= 10_000, `${data.length} packets`);
      assertEquals(error?.code, "broken");
      assert(error?.message.endsWith(`": its gzip data are broken: ${reason}`), error?.message);
    }
  });
});

Deno.test("readCapture says what it cannot open or read", async () => {
  await withFolder(async (folder) => {
    const missing = await assertRejects(
      () => readCapture(`${folder}/missing`, new PacketCollector()),
      CaptureError,
      `Cannot open capture file "${folder}/missing": it does not exist`,
    );
    assertEquals(missing.code, "not-found");
    const directory = await assertRejects(
      () => readCapture(folder, new PacketCollector()),
      CaptureError,
      `Cannot read capture file "${folder}": `,
    );
    assertEquals(directory.code, "read-failed");
  });
});

Deno.test("readCapture unpacks a gzip bomb in bounded memory", async () => {
  await withFolder(async (folder) => {
    const blocks = 24;
    const blockBytes = 16 * 2 ** 20; // of a pcapng block that is passed over
    const start = hex(
      "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c",
      "00000bbb",
      (blocks * blockBytes + 12).toString(16).padStart(8, "0"),
    );
    const block = gzipSync(new Uint8Array(blockBytes));
    const parts = [gzipSync(start), ...new Array<Uint8Array>(blocks).fill(block)];
    const path = await write(folder, concat([...parts, gzipSync(start.slice(-4))]));
    let highest = 0;
    // This thread's alone: other tests may run meanwhile.
    const memory = () => Deno.memoryUsage().external + Deno.memoryUsage().heapUsed;
    const before = memory();
    await readCapture(path, new PacketCollector(), {
      afterChunk: () => void (highest = Math.max(highest, memory())),
    });
    assertLess(highest - before, 150 * 2 ** 20);
  });
});

Deno.test("readCapture returns at once when it was aborted before or is aborted between chunks", async () => {
  await withFolder(async (folder) => {
    const packets = new Array<Uint8Array>(50_000).fill(PACKET);
    const capture = concat([HEADER, ...packets]);
    for (const bytes of [capture, gzipSync(capture), capture.slice(0, -1)]) {
      const path = await write(folder, bytes);
      const none = new PacketCollector();
      await readCapture(path, none, { signal: AbortSignal.abort() });
      assertEquals(none.packets, []);

      const some = new PacketCollector();
      const controller = new AbortController();
      await readCapture(path, some, {
        signal: controller.signal,
        afterChunk: () => controller.abort(),
      });
      assert(some.packets.length > 0 && some.packets.length < packets.length);
    }
  });
});

Deno.test("readCapture returns when it is aborted while it waits for a pipe", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/pipe`;
    assert((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
    using pipe = await Deno.open(path, { read: true, write: true });
    await pipe.write(concat([HEADER, PACKET]));
    const collector = new PacketCollector();
    const controller = new AbortController();
    await readCapture(path, collector, {
      signal: controller.signal,
      afterChunk: () => void setTimeout(() => controller.abort(), 0),
    });
    assertEquals(collector.packets.length, 1);
  });
});

Deno.test("readCapture reads standard input, plain or gzip, with no permission at all", async () => {
  const capture = concat([HEADER, PACKET, PACKET]);
  const line = `1700000000.123456000 ${PACKET_DATA}`;
  const cases: [input: Uint8Array[], lines: string[]][] = [
    [[capture], [line, line, "ended"]],
    [[capture.slice(0, 1), capture.slice(1, 50), capture.slice(50)], [line, line, "ended"]],
    [[gzipSync(capture)], [line, line, "ended"]],
    [[hex("1f"), gzipSync(capture).slice(1)], [line, line, "ended"]],
    [[capture.slice(0, -1)], [
      line,
      "broken: Cannot read standard input: it is cut at byte 65: at least 1 more must follow",
    ]],
    [[], [
      "not-a-capture: Cannot read standard input: it is neither pcap nor pcapng: it is empty",
    ]],
  ];
  for (const [input, lines] of cases) {
    const printer = startPrinter("-");
    const output = new Response(printer.stdout).text();
    const writer = printer.stdin.getWriter();
    for (const piece of input) await writer.write(piece);
    await writer.close();
    assertEquals((await output).trimEnd().split("\n"), lines);
    assertEquals((await printer.status).code, 0);
  }
});

Deno.test("readCapture lets the program end when aborted while it waits for standard input", async () => {
  const printer = startPrinter("-", "abort");
  const output = new Response(printer.stdout).text();
  const writer = printer.stdin.getWriter();
  await writer.write(concat([HEADER, PACKET]));
  assertEquals(await output, `1700000000.123456000 ${PACKET_DATA}\naborted\n`);
  assertEquals((await printer.status).code, 0);
  await writer.close().catch(() => {}); // the pipe is broken by now
});

Deno.test("readCapture says which permission a file needs", async () => {
  const printer = startPrinter("some.pcap");
  await printer.stdin.close();
  assertEquals(
    await new Response(printer.stdout).text(),
    'not-permitted: Cannot open capture file "some.pcap": ' +
      "Deno does not permit it; wanted: --allow-read=some.pcap\n",
  );
  await printer.status;
});

/** The data of the packets, and the error if there was one. */
async function read(path: string): Promise<{ data: string[]; error: CaptureError | undefined }> {
  const collector = new PacketCollector();
  let error: CaptureError | undefined;
  try {
    await readCapture(path, collector);
  } catch (thrown) {
    if (!(thrown instanceof CaptureError)) throw thrown;
    error = thrown;
  }
  return { data: collector.packets.map((packet) => packet.data), error };
}

async function write(folder: string, bytes: Uint8Array): Promise<string> {
  const path = await Deno.makeTempFile({ dir: folder });
  await Deno.writeFile(path, bytes);
  return path;
}

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** print_packets.ts, with the permissions of a sensor that reads a pipe. */
function startPrinter(...args: string[]): Deno.ChildProcess {
  const program = `${import.meta.dirname}/print_packets.ts`;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-net", program, ...args],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
}
