import { assertEquals } from "@std/assert";
import {
  filedType,
  parseFileName,
  recordFileName,
  rotatedPath,
} from "../../../lib/write/files/file_names.ts";

const TIME = "2026-11-24T11:00:00.007Z";

Deno.test("a record file has the name of its type; types that are none share one", () => {
  assertEquals(recordFileName(filedType(38)), "TCP.ncap.gz");
  for (const type of [0, 1, -1, 9999, 2 ** 31]) {
    assertEquals(recordFileName(filedType(type)), "Unknown.ncap.gz", `${type}`);
  }
});

Deno.test("a rotated file has the time in its name, and names sort by it", () => {
  const path = rotatedPath("/out/a-b/TCP.ncap.gz", Date.parse(TIME));
  assertEquals(path, "/out/a-b/TCP-20261124T110000.007Z.ncap.gz");
  const times = [0, 1, 1000, 60_000, 1e12, 1.7e12, 1.7e12 + 1];
  const paths = times.map((timeMs) => rotatedPath("TCP.ncap.gz", timeMs));
  assertEquals(paths, paths.toSorted());
});

Deno.test("a file's name tells what it is", () => {
  assertEquals(parseFileName("TCP.ncap.gz"), { kind: "live", type: "TCP" });
  const name = "TCP-20261124T110000.007Z";
  const rotated = { kind: "rotated", type: "TCP", timeMs: Date.parse(TIME) } as const;
  assertEquals(parseFileName(`${name}.ncap.gz`), rotated);
  for (const base of ["TCP", name]) {
    assertEquals(parseFileName(`${base}.damaged-12.ncap.gz`), { kind: "damaged", type: "TCP" });
  }
  const others = ["TCP.foreign-1.ncap.gz", "TCP.ncap.gz.torn-1", "TCP.ncap.gz.new", "TCP.ncap"];
  others.push("TCP-2026.ncap.gz", ".ncap.gz", "notes.txt", "TCP.ncap.gz.bak", "a/TCP.ncap.gz");
  for (const other of others) assertEquals(parseFileName(other), undefined, other);
});
