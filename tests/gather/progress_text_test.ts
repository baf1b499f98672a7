import { assertEquals } from "@std/assert";
import { progressText } from "../../lib/gather/progress_text.ts";

Deno.test("progress: how much of how much, the rates, and how long it will take", () => {
  assertEquals(
    progressText({ bytes: 30e6, packets: 90_000 }, 120e6, 2000),
    "25 % of 120.0 MB, 15.0 MB/s, 45,000 packets/s, 6s left",
  );
  assertEquals(
    progressText({ bytes: 1e6, packets: 10 }, 3601e6, 1000),
    "0 % of 3601.0 MB, 1.0 MB/s, 10 packets/s, 1h left",
  );
});

Deno.test("progress: of what has no length, or grows, only what has been read", () => {
  const without = "30.0 MB, 15.0 MB/s, 45,000 packets/s";
  assertEquals(progressText({ bytes: 30e6, packets: 90_000 }, 0, 2000), without);
  assertEquals(progressText({ bytes: 30e6, packets: 90_000 }, 29e6, 2000), without);
  assertEquals(progressText({ bytes: 0, packets: 0 }, 5e6, 0), "0.0 MB, 0.0 MB/s, 0 packets/s");
});
