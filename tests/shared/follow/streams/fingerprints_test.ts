import { assert, assertEquals } from "@std/assert";
import { TLSClientHelloSchema } from "../../../../proto/gen/netcap_pb.ts";
import { followCapture } from "../../../follow/streams/followed_capture.ts";
import { SHARED } from "../../shared.ts";

interface Ja4Vectors {
  readonly captures: Readonly<
    Record<string, Readonly<Record<string, readonly { src_port: number; ja4: string }[]>>>
  >;
}

interface Ja3Vectors {
  readonly captures: Readonly<Record<string, readonly { src_port: string; ja3: string }[]>>;
}

const read = (path: string) => JSON.parse(Deno.readTextFileSync(new URL(path, SHARED)));

/** `port fingerprint` of every client hello of a capture. */
function found(capture: string, name: "Ja3" | "Ja4"): Set<string> {
  const followed = followCapture(new URL(`captures/${capture}`, SHARED));
  return new Set(
    followed.of(TLSClientHelloSchema).map((hello) => `${hello.SrcPort} ${hello[name]}`),
  );
}

/** The reference's Python writes 99 for a protocol of bytes that are no ASCII; its page says hex digits. */
const BY_THE_PAGE = "t13d151699_8daaf6152771_e5627efa2ab1";

Deno.test("JA4 is that of the reference's vectors", () => {
  let count = 0;
  for (
    const [capture, lists] of Object.entries((read("vectors/ja4.json") as Ja4Vectors).captures)
  ) {
    const ours = found(`ja4/${capture}`, "Ja4");
    for (const { src_port, ja4 } of Object.values(lists).flat()) {
      const wanted = ja4 === BY_THE_PAGE ? ja4.replace("99", "bd") : ja4;
      assert(ours.has(`${src_port} ${wanted}`), `${capture}: ${src_port} ${wanted}`);
      count++;
    }
  }
  assert(count > 50, `${count} vectors`);
});

Deno.test("JA3 is that of tshark's vectors", () => {
  for (
    const [capture, hellos] of Object.entries((read("vectors/ja3.json") as Ja3Vectors).captures)
  ) {
    const ours = found(capture, "Ja3");
    const theirs = hellos.map(({ src_port, ja3 }) => `${src_port} ${ja3}`);
    assertEquals(theirs.filter((each) => !ours.has(each)), [], capture);
  }
});
